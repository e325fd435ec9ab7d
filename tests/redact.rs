//! No output shows a secret, whatever is wrong around it.

use std::sync::Arc;

use treewright::{
    diagnostic::{Diagnostic, Label, Severity},
    lint::{self, Options},
    path::RepoPath,
    project::Project,
    report::{self, TextOptions},
    source::{Memory, WorkTree},
    text::{SourceText, Span},
};

const PLAIN: TextOptions = TextOptions { colour: false, width: 100 };

/// Draws every line of a text as if a rule had something to say about it.
fn drawn(text: &str) -> String {
    let path = RepoPath::new("file.yaml").expect("a path");
    let source = SourceText::new(text);
    let count = u32::try_from(source.line_count()).expect("few lines");
    let findings: Vec<Diagnostic> = (1..=count)
        .filter_map(|line| source.line_span(line))
        .map(|span| Diagnostic::new("test/any", Severity::Info, "a finding", Label::new(&path, span, "here")))
        .collect();
    report::text(&findings, &|_| Some(source.clone()), PLAIN)
}

/// Asserts that no line that holds the marker is drawn with it, and that the text around stays.
fn hides(text: &str) {
    assert!(text.contains("marker"), "the case has a secret");
    let drawn = drawn(text);
    assert!(!drawn.contains("marker"), "shown:\n{drawn}");
    assert!(drawn.contains('•'), "hidden:\n{drawn}");
}

#[test]
fn secrets_on_drawn_lines_are_hidden_in_every_shape() {
    hides(
        "kind: Secret\nstringData:\n  anything: marker\n  block: |\n    first marker\n    second marker\ntype: Opaque\n",
    );
    hides("kind: 'Secret' # a comment\ndata:\n    anything: marker\n");
    hides("{kind: Secret, stringData: {password: marker}}\n");
    hides("{kind: Secret, stringData: {any: marker}}\n");
    hides("{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"any\": \"marker\"\n  }\n}\n");
    hides("apiVersion: v1\nkind: List\nitems:\n  - kind: Secret\n    data:\n      any: marker\n");
    hides("hub:\n  password: marker and marker\n");
    hides("hub:\n  password:\n    marker\n  other: one\n");
    hides("hub:\n  password: >-\n    marker\n    marker\n");
    hides("hub:\n  password: \"marker\n    marker\"\n");
    hides("hub:\n  tokens:\n  - marker\n  - marker\n");
    hides("- name: DB_PASSWORD\n  value: marker\n");
    hides("- op: add\n  path: /data/password\n  value: marker\n");
    hides("args: [\"--password=marker\", \"x\"]\n");
    hides("url: postgres://user:marker@database/hub\n");
    hides("config: '{\"auths\": {\"x\": {\"auth\": \"marker\"}}}'\n");
    hides("secretGenerator:\n- name: x\n  literals:\n  - colour=marker\n");
    hides("key: |\n  -----BEGIN RSA PRIVATE KEY-----\n  marker\n  -----END RSA PRIVATE KEY-----\n");
    hides("not yaml: [\n\tpassword: marker\n");
    // More than what stands for a secret.
    hides("note: \"<size:from-a password=marker>\"\n");
    hides("note: \"<password: marker:from-secret>\"\n");
    hides("note: \"<size:from-secret> password=marker\"\n");
}

#[test]
fn what_leads_to_a_secret_stays_readable() {
    let text = "kind: ExternalSecret\ndata:\n  - secretKey: CLIENT_ID\nexistingSecret: hub\npasswordKey: password\ntokenUrl: https://example.org\npassword: ${PASSWORD}\n---\nkind: ConfigMap\ndata:\n  colour: blue\n";
    let drawn = drawn(text);
    assert!(!drawn.contains('•'), "{drawn}");
}

#[test]
fn labels_stay_below_what_they_mean() {
    let path = RepoPath::new("file.yaml").expect("a path");
    let text = "a: {password: märker, other: one}\n";
    let start = text.find("one").expect("it is there");
    let label = |start, end, message: &str| Label::new(&path, Span::new(start, end), message);
    let secret = text.find("märker").expect("it is there");
    let finding = Diagnostic::new("test/any", Severity::Info, "a finding", label(start, start + 3, "one"))
        .with_label(label(secret, secret + "märker".len(), "two").redacted());
    let drawn = report::text(&[finding], &|_| Some(SourceText::new(text)), PLAIN);
    let expected = "   ╭─[file.yaml:1:30]
 1 │ a: {password: ••••••, other: one}
   ·               ───┬──         ─┬─
   ·                  │            ╰── one
   ·                  ╰── two
   ╰────
";
    assert!(drawn.contains(expected), "{drawn}");
}

#[test]
fn a_label_that_says_so_hides_what_no_key_tells() {
    let path = RepoPath::new("file.yaml").expect("a path");
    let label = Label::new(&path, Span::new(3, 9), "").redacted();
    let finding = Diagnostic::new("test/any", Severity::Info, "a finding", label);
    let drawn = report::text(&[finding], &|_| Some(SourceText::new("a: marker\n")), PLAIN);
    assert!(!drawn.contains("marker") && drawn.contains("a: ••••••"), "{drawn}");
}

#[test]
fn findings_about_secrets_do_not_show_them() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/secret/plaintext/bad");
    let project = Project::open(Arc::new(WorkTree::new(&root).expect("a folder"))).expect("the view can be read");
    let outcome = lint::lint(&project, &Options::default());
    assert!(outcome.findings.len() >= 12);
    let texts = |path: &RepoPath| project.text(path);
    let shown = [report::text(&outcome.findings, &texts, PLAIN), report::concise(&outcome.findings, &texts)].concat();
    assert!(!shown.contains("marker") && !shown.contains("bWFya2Vy"), "{shown}");
    let debug = format!("{:?}", outcome.findings);
    assert!(!debug.contains("marker") && !debug.contains("bWFya2Vy"), "no part of a finding holds a secret");
}

#[test]
fn places_in_embedded_values_are_exact() {
    let mut view = Memory::new();
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: hub, namespace: default}
spec:
  valuesFrom:
    - {kind: ConfigMap, name: hub, valuesKey: host, targetPath: hub.host}
    - {kind: ConfigMap, name: hub}
";
    let values = "apiVersion: v1
kind: ConfigMap
metadata: {name: hub, namespace: default}
data:
  host: example.org
  values.yaml: |
    # ä comment

    hub:

      host: left-over
";
    view.insert(RepoPath::new("release.yaml").expect("a path"), release);
    view.insert(RepoPath::new("values.yaml").expect("a path"), values);
    let project = Project::open(Arc::new(view)).expect("the view can be read");
    let options = Options { select: vec!["helm/target-path-shadowed".to_owned()], ..Options::default() };
    let findings = lint::lint(&project, &options).findings;
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    let label = finding.secondary.first().expect("the place that wins");
    let text = project.text(&label.path).expect("a text");
    assert_eq!((label.path.as_str(), text.slice(label.span)), ("values.yaml", "left-over"));
    let place = text.position(label.span.start);
    assert_eq!((place.line, place.column), (11, 13));
}
