//! Schemas: the embedded catalogue, findings about documents at their place and in their words, schemas given by others.

use std::path::{Path, PathBuf};

use serde_json::json;
use treewright::{
    schema::{Catalogue, FaultKind, Schema, SchemaError, Violation, to_json, validate},
    text::SourceText,
    yaml::{Node, Stream},
};

/// The schema of a document's own `apiVersion` and `kind`.
fn schema_of(root: Node<'_>) -> Option<&'static Schema> {
    Catalogue::embedded().lookup_api_version(root.get("apiVersion")?.as_str()?, root.get("kind")?.as_str()?)
}

fn show(text: &SourceText, violations: &[Violation]) -> String {
    let line = |violation: &Violation| {
        let place = text.position(violation.span.start);
        format!("{}:{} [{}] {}\n", place.line, place.column, text.slice(violation.span), violation.message)
    };
    violations.iter().map(line).collect()
}

/// The findings about each document of a text, as `line:column [bytes blamed] message`.
fn findings(text: &str) -> String {
    let stream = Stream::parse(SourceText::new(text)).expect("the example is YAML");
    let of_document = |root: Node<'_>| {
        let schema = schema_of(root).expect("the kind has a schema");
        show(stream.text(), &validate(schema, root))
    };
    stream.documents().map(|document| of_document(document.root())).collect()
}

/// The findings about a text under a schema for any values.
fn findings_under(schema: &serde_json::Value, text: &str) -> String {
    let schema = Schema::from_json(schema).expect("the schema is good");
    let stream = Stream::parse(SourceText::new(text)).expect("the example is YAML");
    let root = stream.documents().next().expect("a document").root();
    show(stream.text(), &validate(&schema, root))
}

#[test]
fn every_embedded_schema_compiles_and_is_listed_once_in_order() {
    let catalogue = Catalogue::embedded();
    let rows: Vec<_> = catalogue.list().collect();
    assert!(rows.len() >= 42, "{} schemas", rows.len());
    assert!(rows.is_sorted() && rows.windows(2).all(|pair| pair[0] != pair[1]));
    for row in rows {
        let schema = catalogue.lookup(&row.group, &row.version, &row.kind);
        assert_eq!(schema.and_then(Schema::kind), Some(row.kind.as_str()), "{} {}", row.api_version(), row.kind);
        assert!(!row.source.is_empty());
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
fn good_documents_have_no_findings() {
    assert_eq!(findings(GOOD), "");
}

#[test]
fn a_helm_release_with_faults() {
    let text = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: jupyterhub
  namespce: hub
spec:
  intervall: 5m
  chart:
    spec:
      chart: jupyterhub
      version: 4
      sourceRef:
        kind: HelmRepo
        name: jupyterhub
  install:
    crds: create
    remediation:
      retries: \"5\"
  timeout: 5
  maxHistory: 3.5
  values:
    anything: [goes, {here: null}]
  valuesFrom:
    - kind: Secrets
      name: hub
      optional: yes
    - name: hub
";
    // `yes` is a text in YAML 1.2, which is what kustomize reads.
    let expected = "\
5:3 [namespce] `namespce` is not a field of HelmRelease.metadata; did you mean `namespace`?
6:1 [spec] `spec.interval` of HelmRelease is missing
7:3 [intervall] `intervall` is not a field of HelmRelease.spec; did you mean `interval`?
11:16 [4] `spec.chart.spec.version` of HelmRelease must be a text, not the number 4; put it in quotes
13:15 [HelmRepo] `spec.chart.spec.sourceRef.kind` of HelmRelease must be `HelmRepository`, `GitRepository` or `Bucket`, not the text \"HelmRepo\"
16:11 [create] `spec.install.crds` of HelmRelease must be `Skip`, `Create` or `CreateReplace`, not the text \"create\"; did you mean `Create`?
18:16 [\"5\"] `spec.install.remediation.retries` of HelmRelease must be an integer, not the text \"5\"
19:12 [5] `spec.timeout` of HelmRelease must be a text, not the number 5; put it in quotes
20:15 [3.5] `spec.maxHistory` of HelmRelease must be an integer, not the number 3.5
24:13 [Secrets] `spec.valuesFrom[0].kind` of HelmRelease must be `Secret` or `ConfigMap`, not the text \"Secrets\"; did you mean `Secret`?
26:17 [yes] `spec.valuesFrom[0].optional` of HelmRelease must be `true` or `false`, not the text \"yes\"
27:7 [name] `spec.valuesFrom[1].kind` of HelmRelease is missing
";
    assert_eq!(findings(text), expected);
}

#[test]
fn flux_sources_and_kustomizations_with_faults() {
    let text = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec:
  interval: 10
  path: ./apps
  sourceRef: {kind: GitRepository}
  retryInterval: 1d
  postBuild: {substituteFrom: [{kind: ConfigMap, name: \"\"}]}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: Jupyter_Hub}
spec: {url: hub.jupyter.org/helm-chart/, interval: 1h}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
spec:
  url: https://example.org/tree.git
  interval:
  ref: main
";
    let expected = "\
4:1 [spec] `spec.prune` of Kustomization is missing
5:13 [10] `spec.interval` of Kustomization must be a text, not the number 10; put it in quotes
7:3 [sourceRef] `spec.sourceRef.name` of Kustomization is missing
8:18 [1d] `spec.retryInterval` of Kustomization must be a duration such as `30s`, `10m` or `1h30m`, not the text \"1d\"
9:56 [\"\"] `spec.postBuild.substituteFrom[0].name` of Kustomization must not be empty
13:18 [Jupyter_Hub] `metadata.name` of HelmRepository must be a DNS name: lower-case letters, digits, `-` and `.`, a letter or digit first and last in each part, not the text \"Jupyter_Hub\"
14:13 [hub.jupyter.org/helm-chart/] `spec.url` of HelmRepository must start with `http://`, `https://` or `oci://`, not the text \"hub.jupyter.org/helm-chart/\"
17:7 [GitRepository] `metadata` of GitRepository is missing
20:3 [interval] `spec.interval` of GitRepository is missing
21:8 [main] `spec.ref` of GitRepository must be a mapping, not the text \"main\"
";
    assert_eq!(findings(text), expected);
}

#[test]
fn external_secrets_with_faults() {
    let text = "\
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: hub}
spec:
  refreshInterval: 1d
  secretStoreRef: {name: vault, kind: SecretStores}
  target: {name: hub, creationpolicy: Owner}
  data:
    - secretKey: token
      remoteRef: {property: token}
    - secretkey: id
      remoteRef: {key: app/hub}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault}
spec:
  provider:
    vault: {server: https://vault.example.org, version: v3, auth: {}}
    fake: {data: []}
";
    let expected = "\
5:20 [1d] `spec.refreshInterval` of ExternalSecret must be a duration such as `30s`, `10m` or `1h30m`, not the text \"1d\"
6:39 [SecretStores] `spec.secretStoreRef.kind` of ExternalSecret must be `SecretStore` or `ClusterSecretStore`, not the text \"SecretStores\"; did you mean `SecretStore`?
7:23 [creationpolicy] `creationpolicy` is not a field of ExternalSecret.spec.target; did you mean `creationPolicy`?
10:7 [remoteRef] `spec.data[0].remoteRef.key` of ExternalSecret is missing
11:7 [secretkey] `spec.data[1].secretKey` of ExternalSecret is missing
11:7 [secretkey] `secretkey` is not a field of ExternalSecret.spec.data[1]; did you mean `secretKey`?
18:3 [provider] `spec.provider` of SecretStore must have at most 1 key
19:57 [v3] `spec.provider.vault.version` of SecretStore must be `v1` or `v2`, not the text \"v3\"
";
    assert_eq!(findings(text), expected);
}

#[test]
fn kubernetes_objects_with_faults() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub, labels: {app: -hub}}
spec:
  replicas: two
  template:
    spec:
      containers:
        - name: hub
          imagePullPolicy: always
          env: [{name: PORT, value: 8081}]
          ports: [{containerPort: 70000}]
          resources: {limits: {memory: 1 GB, cpu: 2}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cull}
spec:
  schedule: 0 3 * *
  jobTemplate: {spec: {template: {spec: {containers: []}}}}
---
apiVersion: v1
kind: Secret
metadata: {name: hub}
data: {token: not base64}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: hub}
data:
  port: 8081
  debug: true
---
apiVersion: v1
kind: Service
metadata: {name: hub.web}
spec: {type: nodePort, ports: [{name: web, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: hub}
spec: {rules: [{http: {paths: [{path: /, backend: {serviceName: hub}}]}}]}
";
    let expected = "\
3:37 [-hub] `metadata.labels.app` of Deployment must be a label value: at most 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last, not the text \"-hub\"
4:1 [spec] `spec.selector` of Deployment is missing
5:13 [two] `spec.replicas` of Deployment must be an integer, not the text \"two\"
10:28 [always] `spec.template.spec.containers[0].imagePullPolicy` of Deployment must be `Always`, `IfNotPresent` or `Never`, not the text \"always\"; did you mean `Always`?
11:37 [8081] `spec.template.spec.containers[0].env[0].value` of Deployment must be a text, not the number 8081; put it in quotes
12:35 [70000] `spec.template.spec.containers[0].ports[0].containerPort` of Deployment must be at most 65535, not 70000
13:40 [1 GB] `spec.template.spec.containers[0].resources.limits.memory` of Deployment must be a quantity such as `500m`, `2` or `1Gi`, not the text \"1 GB\"
19:13 [0 3 * *] `spec.schedule` of CronJob must be a cron schedule of five fields, such as `0 3 * * 1`, or `@daily` and the like, not the text \"0 3 * *\"
25:15 [not base64] `data.token` of Secret must be base64, not the text \"not base64\"
31:9 [8081] `data.port` of ConfigMap must be a text, not the number 8081; put it in quotes
32:10 [true] `data.debug` of ConfigMap must be a text, not the boolean true; put it in quotes
36:18 [hub.web] `metadata.name` of Service must be a DNS label: at most 63 lower-case letters, digits and `-`, a letter or digit first and last, not the text \"hub.web\"
37:14 [nodePort] `spec.type` of Service must be `ClusterIP`, `ExternalName`, `LoadBalancer` or `NodePort`, not the text \"nodePort\"; did you mean `NodePort`?
37:33 [name] `spec.ports[0].port` of Service is missing
42:33 [path] `spec.rules[0].http.paths[0].pathType` of Ingress is missing
42:52 [serviceName] `serviceName` is not a field of Ingress.spec.rules[0].http.paths[0].backend
";
    assert_eq!(findings(text), expected);
}

#[test]
fn kustomizations_with_faults() {
    let text = "\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
Resources: [a.yaml]
resource: [b.yaml]
images: [{name: hub, newTag: 1.10}]
patches:
  - path: a.yaml
    target: {kind: Deployment, labelselector: a=b, lables: c}
configMapGenerator:
  - name: values
    files: values.yaml
generatorOptions: {disableNameSuffixHash: 'true'}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
namespace:
---
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patchesJSON6902: []
replicas: [{name: hub, count: 2.5}]
";
    // kustomize reads keys without regard to case, so `Resources` and `labelselector` are no faults.
    let expected = "\
4:1 [resource] `resource` is not a field of Kustomization; did you mean `resources`?
5:30 [1.10] `images[0].newTag` of Kustomization must be a text, not the number 1.1; put it in quotes
8:52 [lables] `lables` is not a field of Kustomization.patches[0].target
11:12 [values.yaml] `configMapGenerator[0].files` of Kustomization must be a list, not the text \"values.yaml\"
12:43 ['true'] `generatorOptions.disableNameSuffixHash` of Kustomization must be `true` or `false`, not the text \"true\"
22:31 [2.5] `replicas[0].count` of Component must be an integer, not the number 2.5
";
    assert_eq!(findings(text), expected);
}

#[test]
fn faults_behind_aliases_and_merge_keys_are_blamed_where_they_are_used() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: hub
  annotations: &notes {count: 3}
  labels:
    <<: *notes
    \"1\": ok
data: *notes
";
    let expected = "\
5:31 [3] `metadata.annotations.count` of ConfigMap must be a text, not the number 3; put it in quotes
7:9 [*notes] `metadata.labels.count` of ConfigMap must be a text, not the number 3; put it in quotes
9:7 [*notes] `data.count` of ConfigMap must be a text, not the number 3; put it in quotes
";
    assert_eq!(findings(text), expected);
}

#[test]
fn values_that_are_not_known_yet_pass() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: \"${NAME:=hub}\"}
spec:
  replicas: ${REPLICAS}
  selector: {}
  template: {spec: {containers: [{name: hub, imagePullPolicy: \"${POLICY}\"}]}}
---
apiVersion: v1
kind: Secret
metadata: {name: hub}
data: {token: 'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]'}
sops: {version: 3.9.0}
";
    assert_eq!(findings(text), "");
    // Only documents of a kind are substituted and encrypted: a parameter has its value now.
    let schema = json!({"properties": {"replicas": {"type": "integer"}}});
    let expected = "1:11 [${REPLICAS}] `replicas` must be an integer, not the text \"${REPLICAS}\"\n";
    assert_eq!(findings_under(&schema, "replicas: ${REPLICAS}\n"), expected);
}

#[test]
fn schemas_of_other_values_do_not_speak_of_kinds() {
    let schema = json!({
        "type": "object",
        "required": ["host"],
        "additionalProperties": false,
        "properties": {
            "host": {"type": "string", "format": "hostname"},
            "namespace": {"type": "string", "format": "rfc1123-label"},
            "port": {"type": "integer", "minimum": 30000, "maximum": 32767},
            "exposure": {"enum": ["ingress", "nodeport", "loadbalancer"]},
            "every": {"format": "duration"},
            "size": {"type": ["string", "number"], "format": "quantity"},
            "nodes": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "string", "minLength": 1}},
            "vault": {
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "server": {"type": "string", "format": "uri"},
                    "path": {"type": "string", "not": {"pattern": "^/"}},
                },
            },
            "storage": {"oneOf": [{"type": "string"}, {"type": "object", "required": ["class"]}, {"type": "boolean"}]},
            "by code": {"type": "object", "propertyNames": {"pattern": "^[0-9]+$"}, "additionalProperties": {"type": "boolean"}},
        },
    });
    let text = "\
hots: notebook.example.org
namespace: Jupyter Hub
port: 80
exposure: nodeports
every: 1 hour
size: 10Gb
nodes: [\"\"]
vault:
  servr: x
  server: vault.example.org
  path: /secret
storage: {size: 1Gi}
by code:
  200: 1
  ok: true
";
    let expected = "\
1:1 [hots] `host` is missing
1:1 [hots] `hots` is not a known key; did you mean `host`?
2:12 [Jupyter Hub] `namespace` must be a DNS label: at most 63 lower-case letters, digits and `-`, a letter or digit first and last, not the text \"Jupyter Hub\"
3:7 [80] `port` must be at least 30000, not 80
4:11 [nodeports] `exposure` must be `ingress`, `nodeport` or `loadbalancer`, not the text \"nodeports\"; did you mean `nodeport`?
5:8 [1 hour] `every` must be a duration such as `30s`, `10m` or `1h30m`, not the text \"1 hour\"
6:7 [10Gb] `size` must be a quantity such as `500m`, `2` or `1Gi`, not the text \"10Gb\"
7:8 [[\"\"]] `nodes` must have at least 2 items
7:9 [\"\"] `nodes[0]` must not be empty
9:3 [servr] `servr` is not a known key of `vault`; did you mean `server`?
10:11 [vault.example.org] `vault.server` must be a URL with its scheme, such as `https://example.org`, not the text \"vault.example.org\"
11:9 [/secret] `vault.path` must not be the text \"/secret\"
12:1 [storage] `storage.class` is missing
14:8 [1] `by code.200` must be `true` or `false`, not the number 1
15:3 [ok] the key `ok` of `[by code]` must match the pattern `^[0-9]+$`
";
    let expected = expected.replace("`by code.200`", "`[by code].200`");
    assert_eq!(findings_under(&schema, text), expected);
    let expected = "1:10 [5] `storage` must be a text, a mapping or `true` or `false`, not the number 5\n";
    assert_eq!(findings_under(&json!({"properties": {"storage": schema["properties"]["storage"]}}), "storage: 5\n"), expected);
}

#[test]
fn null_is_a_value_where_no_kind_is_described() {
    let schema = json!({"properties": {"size": {"type": "integer"}}});
    assert_eq!(findings_under(&schema, "size:\n"), "1:1 [size] `size` must be an integer, not null\n");
}

#[test]
fn faults_of_values_without_text_have_routes() {
    let schema = Schema::from_json(&json!({"properties": {"a": {"items": {"type": "boolean"}}}})).expect("good");
    let faults = schema.check(json!({"a": [true, 1]}));
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].route.to_string(), "/a/1");
    let kind = FaultKind::Type { expected: "`true` or `false`".into(), found: "the number 1".into() };
    assert_eq!((&faults[0].kind, faults[0].message.as_str()), (&kind, "`a[1]` must be `true` or `false`, not the number 1"));
}

#[test]
fn unusable_schemas_are_refused_with_a_reason() {
    let remote = json!({"properties": {"a": {"$ref": "https://example.org/schema.json"}}});
    assert_eq!(Schema::from_json(&remote).err(), Some(SchemaError::Remote("https://example.org/schema.json".into())));
    let error = Schema::from_json(&json!({"properties": {"a": {"type": "strin"}}})).expect_err("no such type");
    assert!(error.to_string().starts_with("not a JSON schema, at `/properties/a/type`: "), "{error}");
    let error = Schema::from_json(&json!({"properties": {"a": {"pattern": "("}}})).expect_err("no pattern");
    assert!(matches!(error, SchemaError::Invalid { .. }), "{error}");
}

#[test]
fn aliases_that_multiply_or_nest_without_end_are_one_finding() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut tower = "a0: &a0 {b: c}\n".to_owned();
    for level in 1..400 {
        let below = level - 1;
        if level < 12 {
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{below}"); 10].join(", ")));
        }
        tower.push_str(&format!("a{level}: &a{level} {{b: {{c: *a{below}}}}}\n"));
    }
    for text in [bomb, tower] {
        let shown = findings_under(&json!({}), &text);
        assert_eq!(shown.lines().count(), 1);
        assert!(shown.contains("the aliases of this document expand to more than"), "{shown}");
    }
}

#[test]
fn json_values_read_as_the_api_server_would_read_them() {
    let text = "1: 0o17\n2: 1_000\n3: 2024-01-01\n4: .inf\n5: ~\n6: 1e3\n7: !!binary aGk=\n8: yes\n<<: [{1: no, 9: merged}]\n8: last\n";
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    let value = to_json(stream.documents().next().expect("a document").root()).expect("small");
    let expected = json!({"1": 15, "2": 1000, "3": "2024-01-01", "4": ".inf", "5": null, "6": 1000.0, "7": "aGk=", "8": "last", "9": "merged"});
    assert_eq!(value, expected);
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
    assert!(spec.iter().any(|field| field.name == "valuesFrom" && field.has_fields && field.kind == "a list of mappings"));
    assert!(schema.fields(&["spec", "nothing"]).is_none());
}

/// Every repository below the folder that `TREEWRIGHT_CORPUS` names: prints each finding, and fails on none, because the corpus holds true faults.
#[test]
fn the_corpus_is_checked() {
    let Some(corpus) = std::env::var_os("TREEWRIGHT_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: TREEWRIGHT_CORPUS names no folder");
        return;
    };
    let (mut documents, mut found) = (0, 0);
    for entry in walkdir::WalkDir::new(&corpus).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = entry.path();
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let Some(text) = std::fs::read_to_string(path).ok().filter(|_| is_yaml) else { continue };
        let Ok(stream) = Stream::parse(SourceText::new(text)) else { continue };
        for root in stream.documents().map(treewright::yaml::Document::root) {
            let Some(schema) = schema_of(root) else { continue };
            documents += 1;
            let violations = validate(schema, root);
            found += violations.len();
            for line in show(stream.text(), &violations).lines() {
                println!("{}:{line}", path.strip_prefix(&corpus).unwrap_or(path).display());
            }
        }
    }
    println!("{documents} documents of known kinds, {found} findings");
    assert!(documents > 0, "no document of a known kind below {}", corpus.display());
}

const GOOD: &str = include_str!("schema/good.yaml");
