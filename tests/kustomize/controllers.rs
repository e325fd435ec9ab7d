//! Kustomizations that a controller puts together from several files: every part keeps the place where it was written.

use treewright::{
    kustomize::{BuildError, Options, Problem, ProblemKind, Session, UnknownFields},
    yaml::{FileId, Value},
};

use super::{path, session};

const KUSTOMIZATION: &str = "resources:
  - deployment.yaml
commonLabels:
  app: cart
";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: cart
          image: cart:1
";

/// What the build is given beside its kustomization file; patches stand in a block, in quotes and folded.
const FLUX: &str = r#"apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: cart
spec:
  targetNamespace: shop
  namePrefix: live-
  commonAnnotations:
    team: a
  images:
    - name: cart
      newTag: "2"
  patches:
    - patch: |
        # one line of comment
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: cart
        spec:
          paused: true
    - target:
        kind: Deployment
      patch: |-
        - op: add
          path: /spec/minReadySeconds
          value: 7
    - patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart}, spec: {progressDeadlineSeconds: 9}}"
"#;

fn files(flux: &str) -> [(&'static str, &str); 3] {
    [("app/kustomization.yaml", KUSTOMIZATION), ("app/deployment.yaml", DEPLOYMENT), ("clusters/cart.yaml", flux)]
}

/// The kustomization of `app` with what the object in `clusters/cart.yaml` adds, and the number of that file.
fn composed(session: &Session) -> (Value, FileId) {
    let file = session.file(&path("clusters/cart.yaml")).expect("readable").expect("there");
    let stream = file.stream().expect("YAML");
    let object = stream.documents().next().expect("a document").root().to_value(file.id()).expect("a value");
    let mut value = session.kustomization_value(&path("app")).expect("readable").expect("there");
    let mapping = value.as_mapping_mut().expect("a mapping");
    for (key, part) in object.get("spec").and_then(Value::as_mapping).expect("a spec") {
        let key = if key == "targetNamespace" { "namespace".into() } else { key.clone() };
        mapping.insert(key, part.clone());
    }
    (value, file.id())
}

fn fails(flux: &str) -> Box<Problem> {
    let session = session(&files(flux), Options::default());
    let (value, declared_in) = composed(&session);
    let BuildError(problem) =
        session.build_as(&path("app"), &value, declared_in, UnknownFields::Refuse).expect_err("cannot be built");
    problem
}

/// `path:line:column` and the bytes of the first place of a problem, then those of further places.
fn places(flux: &str) -> Vec<String> {
    let problem = fails(flux);
    let session = session(&files(flux), Options::default());
    let place = |label: &treewright::diagnostic::Label| {
        let text = session.file(&label.path).expect("readable").expect("there").text().expect("a text");
        let position = text.position(label.span.start);
        format!("{}:{}:{} {}", label.path, position.line, position.column, text.slice(label.span))
    };
    std::iter::once(&problem.place).chain(&problem.related).map(place).collect()
}

#[test]
fn values_point_into_the_file_that_set_them() {
    let session = session(&files(FLUX), Options::default());
    let (value, declared_in) = composed(&session);
    let build = session.build_as(&path("app"), &value, declared_in, UnknownFields::Refuse).expect("builds");
    let object = build.resources.first().expect("an object").value();
    let at = |keys: &[&str]| {
        let origin = object.pointer(keys).expect("there").origin;
        let position = session.text_of(origin.file).expect("a text").position(origin.offset);
        format!("{}:{}:{}", session.path_of(origin.file).expect("a file"), position.line, position.column)
    };
    assert_eq!(at(&["spec", "replicas"]), "app/deployment.yaml:6:13");
    assert_eq!(at(&["metadata", "labels", "app"]), "app/kustomization.yaml:4:8");
    assert_eq!(at(&["metadata", "namespace"]), "clusters/cart.yaml:6:20");
    assert_eq!(at(&["metadata", "annotations", "team"]), "clusters/cart.yaml:9:11");
    assert_eq!(at(&["spec", "paused"]), "clusters/cart.yaml:21:19");
    assert_eq!(at(&["spec", "minReadySeconds"]), "clusters/cart.yaml:27:18");
    // In quotes the bytes may have moved: the whole text is meant.
    assert_eq!(at(&["spec", "progressDeadlineSeconds"]), "clusters/cart.yaml:28:14");
    let containers = object.pointer(&["spec", "template", "spec", "containers"]).and_then(Value::as_sequence);
    let image = containers.and_then(<[Value]>::first).and_then(|container| container.get("image")).expect("an image");
    let text = session.text_of(image.origin.file).expect("a text");
    assert_eq!(session.path_of(image.origin.file), Some(path("clusters/cart.yaml")));
    assert_eq!(text.position(image.origin.offset).line, 11);
    // The file of the base is still built as it was.
    let alone = session.build(&path("app")).expect("builds");
    assert!(alone.resources.first().expect("an object").value().pointer(&["spec", "paused"]).is_none());
}

#[test]
fn problems_point_into_the_file_that_is_to_blame() {
    let without_target = FLUX.replacen("          name: cart\n        spec", "          name: card\n        spec", 1);
    assert_eq!(places(&without_target), ["clusters/cart.yaml:16:9 ", "clusters/cart.yaml:14:7 patch: |"]);
    let no_yaml = FLUX.replacen("paused: true", "paused: [true", 1);
    assert!(places(&no_yaml)[0].starts_with("clusters/cart.yaml:21:"), "{:?}", places(&no_yaml));
    let bad_path = FLUX.replacen("/spec/minReadySeconds", "/spec/none/deep", 1);
    assert_eq!(places(&bad_path)[1], "clusters/cart.yaml:23:9 kind: Deployment");
    assert!(places(&bad_path)[0].starts_with("clusters/cart.yaml:25:"), "{:?}", places(&bad_path));
}

#[test]
fn what_a_controller_adds_is_read_as_strictly_as_a_file() {
    let number = FLUX.replacen("newTag: \"2\"", "newTag: 2", 1);
    let problem = fails(&number);
    assert_eq!(problem.kind, ProblemKind::InvalidKustomization);
    assert_eq!(problem.message, "invalid Kustomization: `newTag` must be a string, not a number");
    assert_eq!(places(&number), ["clusters/cart.yaml:12:15 2"]);
    let old_bool = FLUX.replacen("namePrefix: live-", "namePrefix: yes", 1);
    assert_eq!(fails(&old_bool).message, "invalid Kustomization: `namePrefix` must be a string, not a boolean");
    assert_eq!(places(&old_bool), ["clusters/cart.yaml:7:15 yes"]);
    assert!(build_with(&FLUX.replacen("namePrefix: live-", "namePrefix: \"yes\"", 1)).is_ok());
    let unknown = FLUX.replacen("newTag:", "tag:", 1);
    let problem = fails(&unknown);
    assert_eq!(problem.message, "invalid Kustomization: unknown field `tag` in images");
    assert_eq!(problem.help.as_deref(), Some("did you mean `newTag`?"));
    assert_eq!(places(&unknown), ["clusters/cart.yaml:12:7 tag"]);
}

fn build_with(flux: &str) -> Result<usize, BuildError> {
    let session = session(&files(flux), Options::default());
    let (value, declared_in) = composed(&session);
    session.build_as(&path("app"), &value, declared_in, UnknownFields::Refuse).map(|build| build.resources.len())
}

#[test]
fn configurations_of_plugins_keep_the_places_of_patches() {
    let files = [
        ("kustomization.yaml", "resources: [pod.yaml]\ntransformers: [labels]\n"),
        ("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod\n"),
        ("labels/kustomization.yaml", "resources: [label.yaml]\npatches: [{path: patch.yaml}]\n"),
        (
            "labels/label.yaml",
            "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: a}\nlabels: {one: a}\nfieldSpecs: [{path: metadata/labels, create: true}]\n",
        ),
        ("labels/patch.yaml", "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: a}\nlabels:\n  two: b\n"),
    ];
    let session = session(&files, Options::default());
    let build = session.build(&path("")).expect("builds");
    let labels = build.resources.first().and_then(|pod| pod.value().pointer(&["metadata", "labels"])).expect("labels");
    let at = |key: &str| {
        let origin = labels.get(key).expect("a label").origin;
        let line = session.text_of(origin.file).expect("a text").position(origin.offset).line;
        format!("{}:{line}", session.path_of(origin.file).expect("a file"))
    };
    assert_eq!((at("one"), at("two")), ("labels/label.yaml:4".to_owned(), "labels/patch.yaml:5".to_owned()));
}
