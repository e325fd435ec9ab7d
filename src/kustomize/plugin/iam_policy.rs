//! `IAMPolicyGenerator`: a service account that stands for one of Google's cloud.

use super::{Result, invalid};
use crate::{
    kustomize::{
        generate::Source,
        kustomization::Fields,
        resource::{Provenance, Resource},
    },
    yaml::Value,
};

/// The annotation in which the cloud looks for its own account.
const ACCOUNT: &str = "iam.gke.io/gcp-service-account";

pub(super) fn generate(_: &Source<'_>, config: &Fields<'_>) -> Result<Resource> {
    let config = &config.embedded();
    let cloud = config.string("cloud")?;
    if cloud != "gke" {
        return Err(
            invalid(config, format!("cloud provider `{cloud}` is not supported yet")).help("write `cloud: gke`")
        );
    }
    let service = config.section("kubernetesService")?;
    let account = config.section("serviceAccount")?;
    let account = format!("{}@{}.iam.gserviceaccount.com", account.string("name")?, account.string("projectId")?);
    let origin = config.spot().origin();
    // kustomize puts the texts into YAML as they are, so what looks like a number becomes one.
    let plain = |text: &str| Value::plain(text).at(origin);
    let mapping = |entries: Vec<(&str, Value)>| {
        entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Value>().at(origin)
    };
    let mut metadata =
        vec![("annotations", mapping(vec![(ACCOUNT, plain(&account))])), ("name", plain(&service.string("name")?))];
    let namespace = service.string("namespace")?;
    if !namespace.is_empty() {
        metadata.push(("namespace", plain(&namespace)));
    }
    let object =
        mapping(vec![("apiVersion", plain("v1")), ("kind", plain("ServiceAccount")), ("metadata", mapping(metadata))]);
    Ok(Resource::new(object, Provenance::Generated { origin }))
}
