//! Lines of `--set` against what Helm makes of them: `fixtures/argo/values/set.yaml`, and Helm itself where it is installed.

use treewright::{
    helm::{SetError, Typing, assign, parse_set},
    yaml::{Origin, Value},
};

use super::{fixture, oracle, yaml};

struct Case {
    name: String,
    base: Value,
    base_text: String,
    lines: Vec<(String, String)>,
    expected: Option<Value>,
}

fn cases() -> Vec<Case> {
    let table = fixture("values/set.yaml");
    // The text of `base` as it stands there, for Helm to read.
    let bases: Vec<&str> = table.lines().filter_map(|line| line.strip_prefix("  base: ")).collect();
    let text = |value: Option<&Value>| value.and_then(Value::as_scalar).expect("a text").text.to_string();
    let read = |(case, base): (&Value, &str)| Case {
        name: text(case.get("name")),
        base: case.get("base").expect("a base").clone(),
        base_text: base.to_owned(),
        lines: case.get("lines").and_then(Value::as_sequence).expect("lines").iter().map(line).collect(),
        expected: case.get("expected").cloned(),
    };
    yaml(&table).as_sequence().expect("a list of cases").iter().zip(bases).map(read).collect()
}

fn line(line: &Value) -> (String, String) {
    let (flag, text) = line.as_mapping().and_then(|mapping| mapping.first()).expect("a flag and a line");
    (flag.to_string(), text.as_scalar().expect("a line").text.to_string())
}

fn set(case: &Case) -> Result<Value, SetError> {
    let mut values = case.base.clone();
    for (flag, line) in &case.lines {
        let typing = if flag == "set" { Typing::Inferred } else { Typing::Strings };
        for assignment in parse_set(line, typing, Origin::NONE)? {
            assign(&mut values, &assignment)?;
        }
    }
    Ok(values)
}

#[test]
fn lines_change_values_as_helm_changes_them() {
    let cases = cases();
    assert!(cases.len() > 40);
    for case in &cases {
        assert_eq!(set(case).ok(), case.expected, "{}", case.name);
    }
}

#[test]
fn what_is_refused_is_said() {
    let refuse = |base: &str, line: &str| {
        let mut values = yaml(base);
        let result = parse_set(line, Typing::Inferred, Origin::NONE)
            .and_then(|all| all.iter().try_for_each(|one| assign(&mut values, one)));
        result.expect_err("refused").to_string()
    };
    assert_eq!(refuse("{}", "a.b"), "the key `b` has no value");
    assert_eq!(refuse("{}", "a={1"), "a list must end with `}`");
    assert_eq!(refuse("{}", "a[x]=1"), "a list index must be a number from 0 to 65536 in brackets");
    assert_eq!(refuse("{a: {b: 1}}", "a.b.c=1"), "`a.b.c` leads through a value that it cannot be set in");
}

#[test]
fn helm_agrees() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("base.yaml");
    for case in cases() {
        std::fs::write(&file, &case.base_text).expect("written");
        let mut arguments = vec!["-f".to_owned(), file.display().to_string()];
        arguments.extend(case.lines.iter().flat_map(|(flag, line)| [format!("--{flag}"), line.clone()]));
        let Some(answer) = oracle::helm(&arguments) else { return oracle::skipped() };
        assert_eq!(answer.ok().map(|values| yaml(&values)), case.expected, "{}", case.name);
    }
}
