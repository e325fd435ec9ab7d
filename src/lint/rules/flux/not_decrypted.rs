//! `flux/not-decrypted`: an object is encrypted with SOPS and nothing decrypts it.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "flux/not-decrypted",
    severity: Severity::Error,
    pedantic: false,
    summary: "an object is encrypted with SOPS and nothing decrypts it",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
A Kustomization decrypts only if it has `spec.decryption`. Without, the object goes to the cluster as it stands in the repository, and the API server refuses the field `sops`.

## Bad

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
```

```yaml apps/login.yaml
apiVersion: v1
kind: Secret
metadata:
  name: login
  namespace: default
stringData:
  password: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=,type:str]
sops:
  encrypted_regex: ^(data|stringData)$
  mac: ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]
  version: 3.9.0
```

## Good

```yaml clusters/production/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: apps
  namespace: flux-system
spec:
  interval: 10m
  path: ./apps
  prune: true
  sourceRef:
    kind: GitRepository
    name: flux-system
  decryption:
    provider: sops
    secretRef:
      name: sops-age
```

```yaml apps/login.yaml
apiVersion: v1
kind: Secret
metadata:
  name: login
  namespace: default
stringData:
  password: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=,type:str]
sops:
  encrypted_regex: ^(data|stringData)$
  mac: ENC[AES256_GCM,data:abc=,iv:x=,tag:y=,type:str]
  version: 3.9.0
```
";
