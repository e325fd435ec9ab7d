//! From HelmReleases to releases.

use treewright::{
    flux::{
        assignments,
        values::{Part, compose},
    },
    text::SourceText,
    yaml::{FileId, Origin, Stream, Value},
};

fn yaml(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    stream.documents().next().expect("a document").root().to_value(FileId(0)).expect("a value")
}

/// Each line has entries of `valuesFrom`, inline values and what they give, as Helm's parser and the controller's merge have it; null where these fail.
#[test]
fn typed_values_come_out_as_in_the_controller() {
    let mut wrong = Vec::new();
    for line in include_str!("../../fixtures/flux/values/set.jsonl").lines() {
        let case = yaml(line);
        let mut parts = Vec::new();
        let mut failed = false;
        for part in case.get("parts").and_then(Value::as_sequence).expect("parts") {
            let text = |key: &str| part.get(key).and_then(Value::as_str);
            match text("target") {
                None => parts.push(Part::Document(part.get("document").cloned().unwrap_or_else(Value::mapping))),
                Some(path) => {
                    let literal = part.get("literal").and_then(Value::as_bool).unwrap_or_default();
                    match assignments(path, text("value").unwrap_or_default(), literal, Origin::NONE) {
                        Ok(assignments) => parts.push(Part::Assignments(assignments)),
                        Err(_) => failed = true,
                    }
                }
            }
        }
        let found = compose(&parts, case.get("inline")).ok().filter(|_| !failed).map(|composed| composed.to_value());
        let wanted = case.get("result").filter(|result| !result.is_null());
        if found.as_ref() != wanted {
            wrong.push(format!("{line}: found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
