// Tracks as waveforms. Peaks come with the track, so nothing is decoded before it is played.
const rows = [...document.querySelectorAll("[data-track]")];
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
// A custom property may hold light-dark(); only a real property shows which of both it is.
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
// audiowaveform's JSON: pairs of lowest and highest, signed by "bits".
function readWaveform(told) {
  const most = 2 ** (told.bits - 1);
  const peaks = [];
  for (let at = 0; at < told.data.length; at += 2) peaks.push(Math.max(-told.data[at], told.data[at + 1]) / most);
  return { peaks, seconds: (told.length * told.samples_per_pixel) / told.sample_rate };
}
if (rows.length) {
  const { default: WaveSurfer } = await import(document.querySelector('meta[name="lib-wavesurfer"]').content);
  const players = [];
  for (const row of rows) {
    const told = await fetch(row.dataset.peaks).then((answer) => (answer.ok ? answer.json().then(readWaveform) : null)).catch(() => null);
    const audio = new Audio();
    audio.preload = "none";
    audio.src = row.dataset.track;
    const player = WaveSurfer.create({
      container: row.querySelector(".wave"),
      height: 48,
      barWidth: 2,
      barGap: 1,
      barRadius: 2,
      cursorWidth: 1,
      normalize: true,
      waveColor: colour("--line-strong"),
      progressColor: colour("--accent"),
      cursorColor: colour("--ink"),
      media: audio,
      peaks: told ? [told.peaks] : undefined,
      duration: told?.seconds ?? Number(row.dataset.seconds),
    });
    players.push(player);
    const button = row.querySelector("button");
    const time = row.querySelector("[data-time]");
    button.addEventListener("click", () => player.playPause());
    player.on("play", () => {
      for (const other of players) if (other !== player) other.pause();
      button.setAttribute("aria-pressed", "true");
    });
    player.on("pause", () => button.setAttribute("aria-pressed", "false"));
    player.on("timeupdate", (seconds) => (time.textContent = `${clock(seconds)} / ${clock(player.getDuration())}`));
    document.addEventListener("themechange", () =>
      player.setOptions({ waveColor: colour("--line-strong"), progressColor: colour("--accent"), cursorColor: colour("--ink") }),
    );
    row.dataset.ready = "";
  }
}
