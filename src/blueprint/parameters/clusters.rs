//! Answers for several clusters: those below `clusters.NAME` are laid over the others for this cluster.
//!
//! Must not know what clusters are.

use serde_json::{Map, Value as Json};

use super::Answers;
use crate::{
    blueprint::Problems,
    diagnostic::{Diagnostic, Label, Severity},
    text::nearest,
};

/// The name below which answers of clusters stand.
pub const CLUSTERS: &str = "clusters";

impl Answers {
    /// The answers for one cluster.
    #[must_use]
    pub fn of_cluster(&self, cluster: &str) -> Self {
        let mut values = self.values().clone();
        if let Some(Json::Object(mut all)) = values.remove(CLUSTERS)
            && let Some(Json::Object(own)) = all.remove(cluster)
        {
            lay_over(&mut values, &own);
        }
        self.for_cluster(values, cluster)
    }

    /// Refuses answers for clusters that are none of these.
    pub fn check_clusters(&self, clusters: &[String]) -> Result<(), Problems> {
        let mut problems = Problems::new();
        self.add_sources(&mut problems);
        let given = self.get(&[CLUSTERS]);
        for (name, value) in given.and_then(Json::as_object).into_iter().flatten() {
            let route = [CLUSTERS.to_owned(), name.clone()];
            let Some(label) = self.place(&route, true).or_else(|| self.anywhere()) else { continue };
            let refuse = |message: String, help: Option<String>, label: Label| {
                let mut diagnostic = Diagnostic::new("blueprint/answers", Severity::Error, message, label);
                diagnostic.help = help;
                diagnostic
            };
            if !clusters.contains(name) {
                let near = nearest(name, clusters.iter().map(String::as_str));
                let help = near.map_or_else(
                    || format!("the clusters of this instance: {}", clusters.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                problems.push(refuse(
                    format!("there are answers for `{name}`, which is no cluster here"),
                    Some(help),
                    label,
                ));
            } else if !value.is_object() {
                let message = format!("`{CLUSTERS}.{name}` is a mapping from parameter to value");
                problems.push(refuse(message, None, label));
            }
        }
        problems.into_result(Some(()))
    }
}

/// Lays answers over others, objects by their properties.
pub(in crate::blueprint) fn lay_over(answers: &mut Map<String, Json>, over: &Map<String, Json>) {
    for (key, value) in over {
        match (answers.get_mut(key).and_then(Json::as_object_mut), value.as_object()) {
            (Some(present), Some(value)) => lay_over(present, value),
            _ => drop(answers.insert(key.clone(), value.clone())),
        }
    }
}
