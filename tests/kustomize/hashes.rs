//! Name hashes against the published vectors, where the optional material folder holds them.

use std::path::PathBuf;

use treewright::{
    kustomize::name_hash,
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

fn parse(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).expect("valid YAML");
    let document = stream.documents().next().expect("a document");
    document.root().to_value(FileId(0)).expect("expandable")
}

#[test]
fn hashes_of_small_objects() {
    // Each was read off a name that kubectl made.
    let cases = [
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: any}\ndata: {a: b}", "4h2mbtbbt6"),
        ("apiVersion: v1\nkind: Secret\nmetadata: {name: any}\ntype: Opaque\ndata: {}", "46f8b28mk5"),
    ];
    for (object, hash) in cases {
        assert_eq!(name_hash(&parse(object)), hash, "{object}");
    }
}

#[test]
fn the_published_vectors_hold() {
    let material = std::env::var_os("TREEWRIGHT_MATERIAL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let file = material.join("cases/kustomize-vectors/hash-vectors.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: {} is not there", file.display());
        return;
    };
    let groups: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut checked = 0;
    for (group, key) in [("TestConfigMapHash", "cmYaml"), ("TestSecretHash", "secretYaml")] {
        for case in groups[group].as_array().expect("a list") {
            let object = parse(case[key].as_str().expect("a text"));
            assert_eq!(name_hash(&object), case["hash"].as_str().expect("a text"), "{group}: {}", case["desc"]);
            checked += 1;
        }
    }
    assert!(checked >= 10, "only {checked} vectors");
}
