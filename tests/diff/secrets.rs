//! No format shows a secret, wherever it stands.

use base64::Engine as _;

use super::{Change, shown};

/// Every marker begins so.
const MARK: &str = "xq7marker";

/// A secret of its own for each place, before and after the change.
fn planted(place: &str, side: &str) -> String {
    format!("{MARK}{place}{side}0000")
}

/// A repository with a secret in every kind of place. `side` makes each of them another one after the change.
fn repository(side: &str) -> String {
    let at = |place: &str| planted(place, side);
    let encoded = |place: &str| base64::engine::general_purpose::STANDARD.encode(at(place));
    let when = side;
    format!(
        "
```yaml {when} apps/kustomization.yaml
namespace: web
resources: [all.yaml, sops.yaml, new-{side}.yaml]
secretGenerator:
  - name: literal
    literals: [token={}]
  - name: file
    files: [key.pem]
  - name: env
    envs: [secret.env]
configMapGenerator:
  - name: settings
    files: [app.properties]
patches:
  - target: {{kind: ConfigMap, name: plain}}
    patch: |
      - op: add
        path: /data/patched-password
        value: {}
replacements:
  - source: {{kind: Secret, name: source, fieldPath: stringData.password}}
    targets:
      - select: {{kind: ConfigMap, name: plain}}
        fieldPaths: [data.copied]
```

```yaml {when} apps/key.pem
-----BEGIN PRIVATE KEY-----
{}
-----END PRIVATE KEY-----
```

```yaml {when} apps/secret.env
PASSWORD={}
```

```yaml {when} apps/app.properties
colour = {side}
db.password = {}
url = https://user:{}@example.org/path
```

```yaml {when} apps/sops.yaml
apiVersion: v1
kind: Secret
metadata: {{name: sealed}}
stringData: {{password: \"ENC[AES256_GCM,data:{},iv:aaaa,tag:bbbb,type:str]\"}}
sops: {{mac: \"ENC[AES256_GCM,data:{},iv:aaaa,tag:bbbb,type:str]\", lastmodified: \"2026-01-01T00:00:00Z\"}}
```

```yaml {when} apps/new-{side}.yaml
apiVersion: v1
kind: Secret
metadata: {{name: new-{side}}}
stringData: {{password: {}, unusual: {}}}
```

```yaml {when} apps/all.yaml
apiVersion: v1
kind: Secret
metadata:
  name: source
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{{\"stringData\": {{\"password\": \"{}\"}}}}'
stringData: {{password: {}, config: \"a: 1\\nodd: {}\\n\"}}
---
apiVersion: v1
kind: Secret
metadata: {{name: data}}
data: {{password: {}, blob: {}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: plain}}
data:
  copied: nothing
  password: {}
  settings.yaml: |
    side: {side}
    auth:
      clientSecret: {}
    list:
      - name: API_TOKEN
        value: {}
  settings.json: '{{\"side\": \"{side}\", \"more\": \"and so on and on and on and on\", \"apiKey\": \"{}\"}}'
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
        - name: web
          image: web:1
          args: [--password={}, \"--side={side}\", \"--token\", \"{}\"]
          command: [sh, -c, \"login --client-secret={} && run {side}\"]
          env:
            - {{name: DB_PASSWORD, value: {}}}
            - {{name: URL, value: \"postgres://user:{}@db/{side}\"}}
            - {{name: COPY, value: \"copy of {} here\"}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {{name: charts}}
spec: {{interval: 1h, url: https://charts.example.org}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: cache}}
spec:
  interval: 10m
  chart: {{spec: {{chart: redis, version: 4.3.5, sourceRef: {{kind: HelmRepository, name: charts}}}}}}
  valuesFrom:
    - {{kind: Secret, name: values}}
    - {{kind: Secret, name: values, valuesKey: single, targetPath: harmless.looking}}
  values: {{side: {side}, auth: {{password: {}, passwords: [{}]}}, hub: {{config: {{GenericOAuthenticator: {{client_secret: {}}}}}}}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: values}}
stringData:
  values.yaml: \"plain: {}\\n\"
  single: {}
```
",
        at("literal"), at("patched"), at("pem").repeat(8), at("env"), at("properties"), at("url"), at("sops"), at("mac"), at("new"),
        at("unusual"), at("applied"), at("string"), at("config"), encoded("data"), encoded("blob"), at("configmap"), at("yaml"),
        at("token"), at("json"), at("args"), at("string"), at("command"), at("dbpassword"), at("envurl"), at("string"),
        at("values"), at("list"), at("oauth"), at("fromsecret"), at("single")
    )
}

#[test]
fn no_format_shows_a_secret() {
    let text = repository("before") + &repository("after");
    let diff = Change::of(&text).diff();
    let names: Vec<String> = diff.objects().map(|(_, _, object)| object.id.to_string()).collect();
    // Everything of it changes, so that everything of it is shown.
    for name in
        ["Secret web/data", "Secret web/sealed", "ConfigMap web/plain", "Deployment web/web", "HelmRelease web/cache"]
    {
        assert!(names.iter().any(|one| one == name), "{name} is not among {names:?}");
    }
    let text = treewright::report::TextOptions { colour: true, width: 80 };
    let whole = treewright::report::diff_text(&diff, treewright::report::DiffTextOptions { text, whole: true });
    let debug = format!("{diff:?}");
    let formats = shown(&diff).into_iter().chain([("whole", whole), ("debug", debug)]);
    let encoded_mark = &base64::engine::general_purpose::STANDARD.encode(format!("{MARK}a"))[..10];
    for (name, text) in formats {
        for mark in [MARK, encoded_mark] {
            let lines: Vec<&str> = text.lines().filter(|line| line.contains(mark)).collect();
            assert_eq!(lines, Vec::<&str>::new(), "{name} shows secrets");
        }
        assert!(text.contains("(secret "), "{name} says that secrets change");
    }
}

/// Equal secrets have equal hashes, others have others; another key gives other hashes.
#[test]
fn hashes_tell_secrets_apart() {
    use treewright::manifest::HashKey;
    let key = HashKey::new(b"one");
    assert_eq!(key.short("hunter2"), key.short("hunter2"));
    assert_ne!(key.short("hunter2"), key.short("hunter3"));
    assert_ne!(key.short("hunter2"), HashKey::new(b"two").short("hunter2"));
    assert_eq!(format!("{key:?}"), "HashKey");
}
