"""The code location: what it holds, and what loading it costs."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import yaml

from arena_assets.definitions import defs
from arena_assets.defs.instance import instance_config
from arena_assets.defs.naming import asset_key
from arena_assets.defs.pools import POOL_LIMITS
from arena_assets.domain.slots import UPSTREAM

ROOT = Path(__file__).parents[2]
HEAVY = (
    "numpy",
    "cv2",
    "av",
    "numba",
    "scipy",
    "pandas",
    "sqlalchemy",
    "alembic",
    "PIL",
    "embreex",
)


def test_every_slot_is_an_asset_with_the_lineage_of_the_domain() -> None:
    graph = defs.resolve_asset_graph()
    assert graph.get_all_asset_keys() == {asset_key(slot) for slot in UPSTREAM}
    assert len(UPSTREAM) == 43
    for slot, needs in UPSTREAM.items():
        assert graph.get(asset_key(slot)).parent_keys == {asset_key(each) for each in needs}


def test_every_asset_says_what_it_is_whose_it_is_and_which_code_made_it() -> None:
    for spec in defs.resolve_all_asset_specs():
        assert spec.description
        assert spec.description.endswith(".")
        assert spec.group_name in {"lore", "place", "film", "sound", "release"}
        assert spec.kinds
        assert list(spec.owners) == ["team:arena-studio"]
        assert spec.code_version
        assert isinstance(spec.partitions_def, dg.DynamicPartitionsDefinition)


def test_every_asset_has_a_check_and_all_but_the_packs_block() -> None:
    specs = [spec for check in defs.asset_checks or [] for spec in check.check_specs]
    assert {spec.asset_key for spec in specs} == {asset_key(slot) for slot in UPSTREAM}
    assert {spec.asset_key for spec in specs if not spec.blocking} == {dg.AssetKey("engine_pack")}


def test_every_step_has_a_pool_with_a_limit_and_a_retry_policy() -> None:
    for assets in defs.assets or []:
        assert isinstance(assets, dg.AssetsDefinition)
        op = assets.op
        assert op.pool in POOL_LIMITS
        assert op.retry_policy is not None


def test_loading_the_code_location_imports_nothing_heavy() -> None:
    code = (
        "import sys, arena_assets.definitions; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout.strip() == "[]"


def test_dagster_yaml_is_what_serve_writes() -> None:
    written = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    assert written == instance_config(runs_at_once=1, postgres=False)


def test_dagster_itself_validates_the_workspace(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DAGSTER_HOME": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert found.returncode == 0, found.stderr
