//! Input that nobody meant to write: each fault is told at its place, and everything else is linted all the same.

use std::fs;

use super::environment::Environment;

const WIDGETS: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.org
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: [nonsense]}
---
apiVersion: example.org/v1
kind: Widget
metadata:
  name: first
  namespace: default
spec: {}
";

/// A file that root may read nevertheless is no test.
#[cfg(unix)]
fn unreadable(environment: &Environment, path: &str) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    environment.write(path, "a: 1\n");
    let file = environment.work().join(path);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("the mode can be set");
    let is_unreadable = fs::read(&file).is_err();
    if !is_unreadable {
        println!("skipped: this user may read everything");
    }
    is_unreadable
}

#[cfg(not(unix))]
fn unreadable(_: &Environment, _: &str) -> bool {
    false
}

#[test]
fn whatever_is_in_one_file_the_others_are_linted() {
    let environment = Environment::new();
    let large = fs::File::create(environment.work().join("large.yaml")).expect("a file");
    large.set_len(100 * 1024 * 1024).expect("a large file");
    fs::write(environment.work().join("program.yaml"), b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe\x80").expect("written");
    fs::write(environment.work().join("latin.yaml"), b"name: caf\xe9\n").expect("written");
    environment.write("widgets.yaml", WIDGETS);
    environment.write("broken.yaml", "a: [\n");
    let is_unreadable = unreadable(&environment, "locked.yaml");
    let run = environment.treewright(&["lint", "--format", "concise"]);
    assert_eq!((run.code, run.stderr.contains("panicked")), (1, false), "{}", run.stderr);
    let mut expected = vec![
        "broken.yaml:1:4: error[yaml/syntax]: ",
        "large.yaml:1:1: error[yaml/syntax]: the file cannot be read: ",
        "latin.yaml:1:10: error[yaml/syntax]: the file is not valid UTF-8",
        "program.yaml:1:11: error[yaml/syntax]: the file is not valid UTF-8",
        "widgets.yaml:17:20: error[kubernetes/schema-violation]: `spec.versions[0].schema.openAPIV3Schema.properties.spec.type` of CustomResourceDefinition must be ",
    ];
    if is_unreadable {
        expected.push("locked.yaml:1:1: error[yaml/syntax]: the file cannot be read: ");
    }
    for line in expected {
        assert!(run.stdout.lines().any(|found| found.starts_with(line)), "{line}\n{}", run.stdout);
    }
}

#[test]
fn a_configuration_of_wrong_types_ends_the_run_with_its_place() {
    let cases = [
        ("flux-version = 2\n", "treewright.toml:1:16"),
        ("archived = \"old\"\n", "treewright.toml:1:12"),
        ("[lint]\nselect = [3]\n", "treewright.toml:2:11"),
        ("[lint.levels]\nyaml = \"loud\"\n", "treewright.toml:2:8"),
        ("[[external]]\nkind = true\nname = \"a\"\n", "treewright.toml:2:8"),
        ("lint = []\n", "treewright.toml:1:8"),
        ("[lint\n", "treewright.toml:1:6"),
    ];
    for (text, place) in cases {
        let environment = Environment::new();
        environment.write("treewright.toml", text);
        environment.write("broken.yaml", "a: [\n");
        for arguments in [&["lint"][..], &["lint", "--fix"]] {
            let run = environment.treewright(arguments);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}: {}", run.stderr);
            assert!(run.stderr.contains(&format!("[{place}]")), "{text}: {}", run.stderr);
        }
    }
}
