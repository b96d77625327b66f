"""The script that Godot packs carry: it reads an arena and opens what the arena names."""

from __future__ import annotations

LOADER = """\
## Loads the arenas of this pack.
##
## Put "arenas" and this script into a Godot 4 project. In an export preset, add "*.json" to
## "Filters to export non-resource files", so that arena.json is part of the game.
##
##     var arena := ArenaLoader.load_arena("broken-vault")
##     $Background.stream = ArenaLoader.background(arena)
##     $Music.stream = ArenaLoader.music(arena, "ambient")
class_name ArenaLoader
extends RefCounted

const ROOT := "res://arenas"


## The slugs of all arenas, in alphabetical order.
static func list_arenas() -> PackedStringArray:
	var slugs := DirAccess.get_directories_at(ROOT)
	slugs.sort()
	return slugs


## The dictionary of an arena; empty when there is none or it cannot be read.
static func load_arena(slug: String) -> Dictionary:
	var path := ROOT.path_join(slug).path_join("arena.json")
	if not FileAccess.file_exists(path):
		push_error("There is no arena at %s" % path)
		return {}
	var parsed: Variant = JSON.parse_string(FileAccess.get_file_as_string(path))
	if typeof(parsed) != TYPE_DICTIONARY:
		push_error("%s holds no dictionary" % path)
		return {}
	return parsed


## The looping background video; set "loop" on the VideoStreamPlayer that shows it.
static func background(arena: Dictionary) -> VideoStream:
	return _open(arena.get("background_video")) as VideoStream


## A clip by its use: "intro", "advantage", "hazard" or "objective_complete".
static func clip(arena: Dictionary, use: String) -> VideoStream:
	return _open(arena.get("clips", {}).get(use)) as VideoStream


## A track by its name: "main", "intro", "ambient", "victory" or "hazard". "ambient" loops.
static func music(arena: Dictionary, track: String) -> AudioStream:
	var stream := _open(arena.get("music", {}).get(track)) as AudioStream
	if stream is AudioStreamOggVorbis:
		stream.loop = track == "ambient"
	return stream


## A picture of the arena by its view, such as "wide_aerial".
static func image(arena: Dictionary, view: String) -> Texture2D:
	return _open(arena.get("images", {}).get(view)) as Texture2D


## The arena as a 3D scene, ready to add to the tree; null when the pack has no model.
static func model(arena: Dictionary) -> Node3D:
	var scene := _open(arena.get("model")) as PackedScene
	return scene.instantiate() as Node3D if scene else null


static func _open(path: Variant) -> Resource:
	if typeof(path) != TYPE_STRING or not ResourceLoader.exists(path):
		return null
	return load(path)
"""
