//! Values against schemas: each fault at the value that somebody wrote.

use std::sync::Arc;

use treewright::{
    helm::{Chart, Release, Validation, compose, validate},
    path::RepoPath,
    yaml::{FileId, Origin},
};

use super::{USER, chart, path, release, view};

const SCHEMA: &str = r#"{
  "type": "object", "additionalProperties": false, "required": ["host"],
  "properties": {
    "host": {"type": "string"}, "replicas": {"type": "integer", "minimum": 1}, "mode": {"enum": ["small", "large"]},
    "password": {"type": "string", "minLength": 8}, "db": {"type": "object"}, "other": {"type": "object"}, "global": {"type": "object"}
  }
}"#;
const INNER: &str = r#"{"properties": {"size": {"type": "string", "pattern": "^[0-9]+Gi$"}, "port": {"type": "integer"}}, "required": ["port"]}"#;

const FILES: &[(&str, &str)] = &[
    (
        "Chart.yaml",
        "name: hub\nversion: 1.0.0\ndependencies:\n  - {name: db, version: 1.x, condition: db.enabled}\n  - {name: db, version: 1.x, alias: other, condition: other.enabled}\n",
    ),
    ("values.yaml", "replicas: 1\nother: {enabled: false}\n"),
    ("values.schema.json", SCHEMA),
    ("charts/db/Chart.yaml", "name: db\nversion: 1.2.0\n"),
    ("charts/db/values.yaml", "port: 5432\n"),
    ("charts/db/values.schema.json", INNER),
];

fn checked(release: &Release) -> Validation {
    validate(&compose(&chart(FILES), release).expect("values"), release)
}

/// Messages with the offset of the value to blame.
fn said(text: &str) -> Vec<(String, u32)> {
    let faults = checked(&release(text)).faults;
    assert!(faults.iter().all(|fault| fault.origin.file == USER || !fault.origin.is_some()), "{faults:?}");
    faults.into_iter().map(|fault| (fault.message, fault.origin.offset)).collect()
}

#[test]
fn good_values_have_no_faults() {
    assert_eq!(said("host: h\nmode: small\ndb: {size: 5Gi}\n"), []);
}

#[test]
fn faults_stand_at_the_value() {
    let faults = said("host: 5\nmode: smal\nreplica: 2\nreplicas: 0\n");
    let expected = [
        ("`host` must be a text, not the number 5; put it in quotes", 6),
        ("`mode` must be `small` or `large`, not the text \"smal\"; did you mean `small`?", 14),
        ("`replica` is not a known key; did you mean `replicas`?", 28),
        ("`replicas` must be at least 1, not 0", 40),
    ];
    assert_eq!(faults, expected.map(|(message, offset)| (message.to_owned(), offset)));
}

#[test]
fn charts_inside_are_checked_under_the_name_they_go_by() {
    let faults = said("host: h\ndb: {size: 5Mi}\nother: {enabled: true, port: web}\n");
    let expected = [
        ("`db.size` must match the pattern `^[0-9]+Gi$`, not the text \"5Mi\"", 19),
        ("`other.port` must be an integer, not the text \"web\"", 53),
    ];
    assert_eq!(faults, expected.map(|(message, offset)| (message.to_owned(), offset)));
    assert_eq!(said("host: h\nother: {enabled: false, port: web}\n"), [], "what is off is not checked");
}

#[test]
fn what_is_missing_is_blamed_on_the_mapping_around_it() {
    assert_eq!(
        said("db: {port: null}\n"),
        [("`host` is missing".to_owned(), 0), ("`db.port` is missing".to_owned(), 4)]
    );
}

#[test]
fn what_nobody_knows_yet_is_no_fault() {
    assert_eq!(said("host: h\nmode: ${mode}\nreplicas: ENC[AES256_GCM,data:x]\n"), []);
    let mut asked = release("mode: small\n");
    asked.unknown = vec![("host".into(), "Secret hub".into())];
    assert_eq!(checked(&asked).faults, []);
    let mut asked = release("mode: wrong\n");
    asked.unknown = vec![(String::new(), "Secret hub".into())];
    let faults = checked(&asked).faults;
    assert_eq!(faults.len(), 1, "the host may be in the Secret, the mode is wrong here: {faults:?}");
}

#[test]
fn secrets_are_not_quoted() {
    let faults = said("host: h\npassword: 12345\n");
    assert_eq!(faults, [("`password` does not fit the schema; it may be a secret, so it is not shown".to_owned(), 18)]);
}

#[test]
fn a_release_may_skip_the_schema() {
    let mut asked = release("nonsense: true\n");
    asked.skip_schema = true;
    assert_eq!(checked(&asked), Validation::default());
}

#[test]
fn a_schema_that_cannot_be_asked_is_named() {
    let files = [
        ("Chart.yaml", "name: hub\nversion: 1.0.0\n"),
        ("values.schema.json", r#"{"properties": {"a": {"$ref": "https://example.org/a.json"}}}"#),
    ];
    let asked = release("a: 1\n");
    let validation = validate(&compose(&chart(&files), &asked).expect("values"), &asked);
    let reason = "the schema refers to `https://example.org/a.json`, which is not fetched";
    assert_eq!(validation.not_validated, [(String::new(), reason.to_owned())]);
}

#[test]
fn faults_in_the_values_file_of_an_umbrella_stand_there() {
    let files: Vec<(String, &str)> = FILES.iter().map(|(name, text)| (format!("apps/hub/{name}"), *text)).collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    files[1].1 = "host: h\ndb: {size: tiny}\n";
    let values = path("apps/hub/values.yaml");
    let number = |path: &RepoPath| (*path == values).then_some(FileId(7));
    let chart = Chart::from_folder(&view(&files), &path("apps/hub"), &number).expect("a chart");
    let asked = release("{}");
    let validation = validate(&compose(&Arc::new(chart), &asked).expect("values"), &asked);
    let places: Vec<(Origin, bool)> = validation.faults.iter().map(|fault| (fault.origin, fault.is_default)).collect();
    assert_eq!(places, [(Origin { file: FileId(7), offset: 19 }, false)]);
}
