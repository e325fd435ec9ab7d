//! `secret/not-sealed`: a value of a SealedSecret is not sealed.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    diagnostic::{Label, Severity},
    lint::{Check, Report, Rule},
    manifest::sensitive::is_placeholder,
    project::{Object, Project},
    yaml::Value,
};

/// The rule.
pub static RULE: Rule = Rule {
    id: "secret/not-sealed",
    severity: Severity::Error,
    pedantic: false,
    summary: "a value of a SealedSecret is not sealed",
    docs: DOCS,
    fix: None,
    check: Check::Object(check),
};

const DOCS: &str = "\
`encryptedData` holds what `kubeseal` writes: base64 of several hundred bytes. Anything shorter was written by hand, cannot be opened, and may be the secret itself.

## Bad

```yaml apps/hub.yaml
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: hub
  namespace: default
spec:
  encryptedData:
    token: bm90LXNlYWxlZA==
  template:
    metadata:
      name: hub
      namespace: default
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

/// The least that a sealed value has: its length, a session key of 2048 bits, and the mark of the cipher.
const LEAST: usize = 2 + 256 + 16;

fn check(project: &Project, object: &Object, report: &mut Report<'_>) {
    if !object.id.is("bitnami.com", "SealedSecret") {
        return;
    }
    let data = object.value.pointer(&["spec", "encryptedData"]).and_then(Value::as_mapping);
    for (key, value) in data.into_iter().flatten() {
        let Some(text) = value.as_str().filter(|text| !is_placeholder(text)) else { continue };
        let digits: String = text.split_whitespace().collect();
        if STANDARD.decode(&digits).is_ok_and(|bytes| bytes.len() >= LEAST) {
            continue;
        }
        let Some(label) = project.label(value, "").map(Label::redacted) else { continue };
        report
            .at(label, format!("`{key}` of SealedSecret `{}` is not sealed", object.id.name))
            .help("seal it with `kubeseal --raw`; and replace the secret if this is it, for it stays in the history");
    }
}
