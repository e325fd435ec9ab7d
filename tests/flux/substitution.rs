//! Substitution: texts as the controller's own library has them, objects by reasoning.

use treewright::flux::substitute::{Found, substitute_text};

/// Each line has a text with its result, or the library's error, without and with strictness.
#[test]
fn texts_come_out_as_in_the_controller() {
    let cases = include_str!("../../fixtures/flux/substitute/cases.jsonl");
    let mut lines = cases.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a case"));
    let variables = lines.next().expect("variables first")["variables"].clone();
    let find = |name: &str| match variables.get(name) {
        Some(value) => Found::Value(value.as_str().expect("a text").to_owned()),
        None => Found::Unset,
    };
    let mut wrong = Vec::new();
    for case in lines {
        let text = case["text"].as_str().expect("a text");
        for (strict, wanted) in [(false, &case["loose"]), (true, &case["strict"])] {
            let found = match substitute_text(text, strict, &find) {
                Ok(text) => serde_json::json!({ "text": text }),
                Err(error) => serde_json::json!({ "error": error.fault.to_string() }),
            };
            let panics = wanted["error"].as_str().is_some_and(|error| error.starts_with("panic"));
            let agrees = if panics { found.get("error").is_some() } else { found == *wanted };
            if !agrees {
                wrong.push(format!("{text:?} (strict: {strict}): {found}, wanted {wanted}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
