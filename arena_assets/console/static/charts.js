// Line and bar charts from data-chart='{"x": […], "series": [{"label", "values"}], "unit"}'.
const boxes = [...document.querySelectorAll("[data-chart]")];
function colour(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
if (boxes.length) {
  const { default: Plot } = await import(document.querySelector('meta[name="lib-uplot"]').content);
  const drawn = new Map();
  const draw = (box) => {
    drawn.get(box)?.destroy();
    const told = JSON.parse(box.dataset.chart);
    const axis = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const tints = ["--accent", "--busy", "--good", "--warn", "--bad"].map(colour);
    const bars = told.bars ? Plot.paths.bars({ size: [0.6, 60], radius: 0.15 }) : undefined;
    const names = told.names;
    const plot = new Plot(
      {
        width: box.clientWidth,
        height: 224,
        legend: { live: !told.bars, show: told.series.length > 1 },
        cursor: { points: { size: 6 } },
        scales: { x: { time: !names, range: names ? [-0.6, names.length - 0.4] : undefined }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] } },
        axes: [
          names ? { ...axis, splits: () => names.map((_, index) => index), values: (plot) => names.map((each, index) => (index % Math.ceil((names.length * (10 + 7 * Math.max(...names.map((name) => name.length)))) / plot.width) ? null : each)), grid: { show: false } } : axis,
          { ...axis, size: 56, values: (_, splits) => splits.map((each) => `${each}${told.unit ?? ""}`) },
        ],
        series: [
          {},
          ...told.series.map((each, index) => ({
            label: each.label,
            stroke: tints[index % tints.length],
            fill: told.bars ? tints[index % tints.length] : undefined,
            width: 2,
            paths: bars,
            points: { show: !told.bars },
          })),
        ],
      },
      [told.x, ...told.series.map((each) => each.values)],
      box,
    );
    drawn.set(box, plot);
  };
  boxes.forEach(draw);
  document.addEventListener("themechange", () => boxes.forEach(draw));
  new ResizeObserver(() => drawn.forEach((plot, box) => plot.setSize({ width: box.clientWidth, height: 224 }))).observe(boxes[0]);
}
