//! What `Chart.yaml` says, and `requirements.yaml` for charts of the first version of the format.
//!
//! Must not know files.

use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;

/// What a chart says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// `v1` or `v2`; charts without one count as `v1`.
    #[serde(default, deserialize_with = "text")]
    pub api_version: SmolStr,
    /// The name.
    #[serde(default, deserialize_with = "text")]
    pub name: SmolStr,
    /// The version.
    #[serde(default, deserialize_with = "text")]
    pub version: SmolStr,
    /// `application` or `library`; empty for the former.
    #[serde(default, rename = "type", deserialize_with = "text", skip_serializing_if = "SmolStr::is_empty")]
    pub kind: SmolStr,
    /// The charts it is made of. `None` and an empty list are not the same: Helm looks into the charts inside of a chart only where there is a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dependencies: Option<Vec<Dependency>>,
}

/// A chart that another one is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dependency {
    /// The name of the chart.
    #[serde(default, deserialize_with = "text")]
    pub name: SmolStr,
    /// The version or range.
    #[serde(default, deserialize_with = "text")]
    pub version: SmolStr,
    /// Where it comes from.
    #[serde(default, deserialize_with = "text")]
    pub repository: SmolStr,
    /// Paths of values, separated by commas, of which the first that is true or false decides whether the chart is used.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "SmolStr::is_empty")]
    pub condition: SmolStr,
    /// Names under `tags` in the values that switch it on and off together with others.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<SmolStr>,
    /// The values that its parent takes from it.
    #[serde(default, deserialize_with = "list", skip_serializing_if = "Vec::is_empty")]
    pub import_values: Vec<ImportValues>,
    /// The name under which its values stand, in place of its own.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "SmolStr::is_empty")]
    pub alias: SmolStr,
}

impl Dependency {
    /// The key of its values in those of its parent.
    pub fn key(&self) -> &SmolStr {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }
}

/// Values that a chart takes from one inside of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ImportValues {
    /// What stands there under `exports.<name>` comes to the root.
    Export(SmolStr),
    /// What stands at one path comes to another.
    Path {
        /// The path in the values of the inner chart.
        child: SmolStr,
        /// The path in the values of the outer one; `.` is their root.
        parent: SmolStr,
    },
}

/// A text; numbers and truth values as they are written, nothing for null.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SmolStr, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) => text.into(),
        serde_json::Value::Null => SmolStr::default(),
        other => other.to_string().into(),
    })
}

/// A list; an empty one for null.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
