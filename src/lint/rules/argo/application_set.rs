//! `argo/application-set`: what keeps an ApplicationSet from making Applications.

use crate::{
    diagnostic::Severity,
    lint::{Check, Rule},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "argo/application-set",
    severity: Severity::Error,
    pedantic: false,
    summary: "the controller refuses an ApplicationSet",
    docs: DOCS,
    fix: None,
    check: Check::Reported,
};

const DOCS: &str = "\
A matrix takes exactly two generators, a merge needs keys, generators nest only once, names of Applications must differ, and with `missingkey=error` a template may use only what the generators give. Where one of these is broken the controller makes nothing.

## Bad

```yaml argocd/hubs.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: hubs
  namespace: argocd
spec:
  goTemplate: true
  goTemplateOptions:
    - missingkey=error
  generators:
    - matrix:
        generators:
          - list:
              elements:
                - name: blue
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://charts.example.org
        chart: hub
        targetRevision: 1.2.0
```

## Good

```yaml argocd/hubs.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata:
  name: hubs
  namespace: argocd
spec:
  goTemplate: true
  goTemplateOptions:
    - missingkey=error
  generators:
    - list:
        elements:
          - name: blue
          - name: green
  template:
    metadata:
      name: hub-{{ .name }}
    spec:
      project: default
      destination:
        server: https://kubernetes.default.svc
        namespace: default
      source:
        repoURL: https://charts.example.org
        chart: hub
        targetRevision: 1.2.0
```
";
