//! The published vectors of kustomize's two-way merge, where the optional material folder holds them.

use std::path::PathBuf;

use treewright::kustomize::{
    merge_keys::MergeKeys,
    patch::strategic::{Direction, Merged, Options, merge_with},
};

use super::parse;

#[test]
fn the_published_vectors_hold() {
    let material = std::env::var_os("TREEWRIGHT_MATERIAL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let path = material.join("cases/kustomize-vectors/merge2-vectors.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let groups: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let cases: Vec<&serde_json::Value> = groups.values().flat_map(|cases| cases.as_array().expect("a list")).collect();
    assert!(cases.len() > 50, "only {} vectors", cases.len());
    let failures: Vec<String> = cases.into_iter().filter(|case| !needs_comments(case)).filter_map(check).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// kustomize can take a schema from a comment beside a field. Values have no comments, and no kustomization in the wild does this.
fn needs_comments(case: &serde_json::Value) -> bool {
    ["source", "dest"].iter().any(|side| case[side].as_str().is_some_and(|text| text.contains("# {\"")))
}

fn check(case: &serde_json::Value) -> Option<String> {
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let options = Options {
        direction: match case["mergeOptions"]["ListIncreaseDirection"].as_str() {
            Some("MergeOptionsListAppend") => Direction::Append,
            _ => Direction::Prepend,
        },
        infer_keys: case["infer"].as_bool().unwrap_or_default(),
    };
    let mut found = parse(text("dest"));
    let expected = parse(text("expected"));
    let merged = merge_with(&mut found, &parse(text("source")), MergeKeys::built_in(), options);
    let fits = match merged {
        Ok(Merged::Kept) => found == expected,
        Ok(Merged::Removed) => expected.is_null(),
        Err(_) => false,
    };
    (!fits).then(|| {
        format!(
            "{}: {merged:?} of\n{}\n{}\nis not\n{}",
            text("description"),
            text("dest"),
            text("source"),
            text("expected")
        )
    })
}
