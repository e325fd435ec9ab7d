//! The embedded catalogue and what it says about fields.

use std::path::Path;

use treewright::schema::{Catalogue, Schema};

#[test]
fn every_embedded_schema_compiles_and_is_listed_once_in_order() {
    let catalogue = Catalogue::embedded();
    let rows: Vec<_> = catalogue.list().collect();
    assert!(rows.len() >= 42, "{} schemas", rows.len());
    assert!(rows.is_sorted() && rows.windows(2).all(|pair| pair[0] != pair[1]));
    for row in rows {
        let schema = catalogue.lookup(&row.group, &row.version, &row.kind);
        assert_eq!(schema.and_then(Schema::kind), Some(row.kind.as_str()), "{} {}", row.api_version(), row.kind);
        assert_eq!(schema.and_then(Schema::source), Some(row.source.as_str()));
        assert!(catalogue.versions(&row.group, &row.kind).any(|version| version == row.version));
        assert!(schema.and_then(|schema| schema.fields(&[])).is_some_and(|fields| fields.len() > 2));
    }
    assert!(catalogue.lookup("apps", "v1beta1", "Deployment").is_none());
    assert!(catalogue.lookup_api_version("v1", "ConfigMap").is_some());
}

#[test]
fn the_index_names_exactly_the_files_of_the_bundle() {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/bundle");
    let mut files: Vec<String> = walkdir::WalkDir::new(&bundle)
        .min_depth(3)
        .into_iter()
        .map(|entry| entry.expect("readable").path().strip_prefix(&bundle).expect("below").display().to_string())
        .collect();
    files.sort();
    let mut listed: Vec<String> = Catalogue::embedded()
        .list()
        .map(|row| {
            let group = if row.group.is_empty() { "core" } else { &row.group };
            format!("{group}/{}/{}.json", row.version, row.kind)
        })
        .collect();
    listed.sort();
    assert_eq!(files, listed);
}

#[test]
fn fields_of_a_place_are_listed() {
    let schema = Catalogue::embedded().lookup("helm.toolkit.fluxcd.io", "v2", "HelmRelease").expect("embedded");
    let fields = schema.fields(&["spec", "valuesFrom"]).expect("a list of mappings");
    let rows: Vec<String> = fields
        .iter()
        .map(|field| format!("{} | {} | {} | {}", field.name, field.kind, field.required, field.allowed.join(",")))
        .collect();
    let expected = [
        "kind | a text | true | Secret,ConfigMap",
        "name | a text | true | ",
        "optional | `true` or `false` | false | ",
        "targetPath | a text | false | ",
        "valuesKey | a text | false | ",
    ];
    let mut sorted = rows.clone();
    sorted.sort();
    assert!(expected.iter().all(|row| sorted.iter().any(|have| have == row)), "{rows:#?}");
    let spec = schema.fields(&["spec"]).expect("fields");
    assert!(
        spec.iter().any(|field| field.name == "valuesFrom" && field.has_fields && field.kind == "a list of mappings")
    );
    assert!(schema.fields(&["spec", "nothing"]).is_none());
}
