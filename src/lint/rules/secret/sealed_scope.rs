//! `secret/sealed-scope`: a SealedSecret was moved or renamed after it was sealed.

use super::external_secret::text;

use crate::{
    diagnostic::Severity,
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/sealed-scope",
    severity: Severity::Error,
    pedantic: false,
    summary: "a SealedSecret was moved or renamed after it was sealed",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
A secret is sealed for one namespace and one name, unless it was asked for a wider scope (`sealedsecrets.bitnami.com/namespace-wide` or `cluster-wide`). Moved or renamed it cannot be opened. `kubeseal` writes namespace and name into the template as well, so they show what it was sealed for.

## Bad

```yaml apps/hub.yaml
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: hub
  namespace: default
spec:
  encryptedData:
    token: AgALMFV6n8TpDjNYfaLH7BE2W4Clyu8UOV6DqM3yFzxhhqvQ9Ro/ZImu0/gdQmeMsdb7IEVqj7TZ/iNIbZK33AEmS3CVut8EKU5zmL3iByxRdpvA5QovVHmew+gNMld8ocbrEDVaf6TJ7hM4XYKnzPEWO2CFqs/0GT5jiK3S9xxBZouw1fofRGmOs9j9IkdskbbbACVKb5S53gMoTXKXvOEGK1B1mr/kCS5TeJ3C5wwxVnugxeoPNFl+o8jtEjdcgabL8BU6X4SpzvMYPWKHrNH2G0Bliq/U+R5DaI2y1/whRmuQtdr/JEluk7jdAidMcZa74AUqT3SZvuMILVJ3nMHmCzBVep/E6Q4zWH2ix+wRNluApcrvFDleg6jN8hc8YYar0PUaP2SJrtP4HUJnjLHW+yBFao+02f4jSG2St9wBJktwlbrfBClOc5i94gcsUXabwOUKL1R5nsPoDTJXfKHG6xA1Wn+kye4TOF2Cp8zxFjtgharP9Bk+Y4it0vccQWaLsNX6H0RpjrPY/SJHbJG22wAlSm+Uud4DKE1yl7zhBitQdZq/5AkuU3idwucMMVZ7oMXqDzRZfqPI7RI3XIGmy/AVOl+Eqc7zGD1ih6zR9htAZYqv1PkeQ2iNstf8IUZrkLXa/yRJbpO43QInTHGWu+AFKk90mb7jCC1Sd5zB5gswVXqfxOkOM1h9osfsETZbgKXK7xQ5XoOozfIXPGGGq9D1Gj9kia7T+B1CZ4yx1g==
  template:
    metadata:
      name: hub
      namespace: kube-system
```

## Good

```yaml apps/hub.yaml
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: hub
  namespace: default
spec:
  encryptedData:
    token: AgALMFV6n8TpDjNYfaLH7BE2W4Clyu8UOV6DqM3yFzxhhqvQ9Ro/ZImu0/gdQmeMsdb7IEVqj7TZ/iNIbZK33AEmS3CVut8EKU5zmL3iByxRdpvA5QovVHmew+gNMld8ocbrEDVaf6TJ7hM4XYKnzPEWO2CFqs/0GT5jiK3S9xxBZouw1fofRGmOs9j9IkdskbbbACVKb5S53gMoTXKXvOEGK1B1mr/kCS5TeJ3C5wwxVnugxeoPNFl+o8jtEjdcgabL8BU6X4SpzvMYPWKHrNH2G0Bliq/U+R5DaI2y1/whRmuQtdr/JEluk7jdAidMcZa74AUqT3SZvuMILVJ3nMHmCzBVep/E6Q4zWH2ix+wRNluApcrvFDleg6jN8hc8YYar0PUaP2SJrtP4HUJnjLHW+yBFao+02f4jSG2St9wBJktwlbrfBClOc5i94gcsUXabwOUKL1R5nsPoDTJXfKHG6xA1Wn+kye4TOF2Cp8zxFjtgharP9Bk+Y4it0vccQWaLsNX6H0RpjrPY/SJHbJG22wAlSm+Uud4DKE1yl7zhBitQdZq/5AkuU3idwucMMVZ7oMXqDzRZfqPI7RI3XIGmy/AVOl+Eqc7zGD1ih6zR9htAZYqv1PkeQ2iNstf8IUZrkLXa/yRJbpO43QInTHGWu+AFKk90mb7jCC1Sd5zB5gswVXqfxOkOM1h9osfsETZbgKXK7xQ5XoOozfIXPGGGq9D1Gj9kia7T+B1CZ4yx1g==
  template:
    metadata:
      name: hub
      namespace: default
```
";

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("bitnami.com", "SealedSecret") {
        return;
    }
    let Some(template) = object.value.pointer(&["spec", "template", "metadata"]) else { return };
    let has = |scope: &str| {
        [Some(template), object.value.get("metadata")].into_iter().flatten().any(|metadata| {
            text(metadata, &["annotations", &format!("sealedsecrets.bitnami.com/{scope}")]) == Some("true")
        })
    };
    if has("cluster-wide") {
        return;
    }
    let own_namespace = object.id.namespace.as_deref();
    let differs = [("namespace", own_namespace, false), ("name", Some(object.id.name.as_str()), has("namespace-wide"))];
    for (field, own, may_differ) in differs {
        let (Some(sealed), Some(own)) = (template.get(field), own.filter(|own| !may_differ && !is_placeholder(own)))
        else {
            continue;
        };
        let Some(wanted) = sealed.as_str().filter(|wanted| *wanted != own && !is_placeholder(wanted)) else { continue };
        let written =
            object.value.pointer(&["metadata", field]).and_then(|value| project.label(value, format!("now `{own}`")));
        let Some(label) = project.label(sealed, "sealed for this") else { continue };
        report
            .at(
                label,
                format!("SealedSecret `{}` was sealed for the {field} `{wanted}`, but it has `{own}`", object.id.name),
            )
            .and(written)
            .help("give it back what it was sealed for, or seal it anew with `kubeseal`");
        return;
    }
}
