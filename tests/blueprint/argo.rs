//! Instances for Argo CD, and what holds for both engines whatever the answers say.

use proptest::prelude::*;
use serde_json::json;
use treewright::{
    blueprint::{
        Blueprint, Engine, Instance, Problems, catalogue,
        parameters::{Answers, Facts},
        render,
    },
    path::RepoPath,
    text::SourceText,
};

const ANSWERS: &str = "\
host: hub.example.org
exposure: ingress
access: {allowed_users: [ada]}
vault: {server: \"https://vault.example.org\"}
gitops: {repository: \"https://git.example.org/group/tree.git\"}
";

fn instance(blueprint: &Blueprint, answers: &Answers, engine: Engine) -> Result<Instance, Problems> {
    render(blueprint, answers, &Facts { instance: "hub".to_owned(), engine, path: None })
}

fn espsrc(further: &str) -> Instance {
    let blueprint =
        catalogue::bundled("jupyterhub-espsrc").expect("bundled").unwrap_or_else(|problems| panic!("{problems}"));
    let text = SourceText::new(format!("{ANSWERS}{further}"));
    let answers = Answers::from_file(&RepoPath::new("answers.yaml").expect("a path"), &text);
    let answers = answers.unwrap_or_else(|problems| panic!("{problems}"));
    instance(&blueprint, &answers, Engine::ArgoCd).unwrap_or_else(|problems| panic!("{problems}"))
}

fn yaml(instance: &Instance, name: &str) -> serde_yaml::Value {
    let text = &instance.files[&RepoPath::new(name).expect("a path")];
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn secrets_reach_the_chart_through_the_secret_that_it_reads() {
    let instance = espsrc("");
    assert_eq!(yaml(&instance, "values.yaml")["hub"]["existingSecret"], "jupyterhub-secrets");
    let template = &yaml(&instance, "objects/externalsecret.yaml")["spec"]["target"]["template"];
    assert_eq!(
        template["data"]["values.yaml"],
        "hub:\n  config:\n    GenericOAuthenticator:\n      client_id: {{ index . \"CLIENT-ID\" | quote }}\n      client_secret: {{ index . \"CLIENT-SECRET\" | quote }}\n"
    );
    assert_eq!(template["data"]["hub.config.JupyterHub.cookie_secret"], "{{ .COOKIE }}");
    assert_eq!(template["data"]["hub.config.CryptKeeper.keys"], "{{ index . \"CRYPT-KEY\" }}");
    // The label is Flux's.
    assert!(template["metadata"].is_null());
    let options = &yaml(&instance, "application.yaml")["spec"]["syncPolicy"]["syncOptions"];
    assert!(options.as_sequence().expect("a list").iter().any(|option| option == "RespectIgnoreDifferences=true"));
}

#[test]
fn the_token_of_the_proxy_has_three_ways() {
    let overlooked = espsrc("");
    let sources = &yaml(&overlooked, "application.yaml")["spec"]["sources"];
    assert_eq!(sources[0]["helm"]["valueFiles"][0], "$values/apps/hub/values.yaml");
    assert!(!overlooked.files.values().any(|text| text.contains("TOKEN")), "nothing makes a token that nobody reads");

    let patched = espsrc("chart: {proxy_token: patch}\n");
    assert_eq!(yaml(&patched, "application.yaml")["spec"]["sources"][0]["path"], "apps/hub/chart");
    let chart = yaml(&patched, "chart/kustomization.yaml");
    assert_eq!(chart["helmCharts"][0]["version"], "4.4.0");
    assert!(chart["patches"][0]["patch"].as_str().expect("a text").contains("key: TOKEN"));

    let filled_in = espsrc("chart: {proxy_token: placeholder}\n");
    let token = &yaml(&filled_in, "chart/values.yaml")["proxy"]["secretToken"];
    assert_eq!(token, "<path:app/data/jupyter#token>");
    let source = &yaml(&filled_in, "application.yaml")["spec"]["sources"][0];
    assert_eq!(source["plugin"]["name"], "argocd-vault-plugin-kustomize");
}

#[test]
fn an_instance_can_have_a_project_of_its_own() {
    assert!(!espsrc("").files.keys().any(|path| path.as_str() == "appproject.yaml"));
    let text = ANSWERS.replace("tree.git\"}", "tree.git\", project: hub}");
    let blueprint = catalogue::bundled("jupyterhub-espsrc").expect("bundled").expect("a blueprint");
    let answers = Answers::from_file(&RepoPath::new("answers.yaml").expect("a path"), &SourceText::new(text));
    let made = instance(&blueprint, &answers.expect("answers"), Engine::ArgoCd);
    let project = yaml(&made.unwrap_or_else(|problems| panic!("{problems}")), "appproject.yaml");
    let sources: Vec<&str> = project["spec"]["sourceRepos"]
        .as_sequence()
        .expect("a list")
        .iter()
        .filter_map(|source| source.as_str())
        .collect();
    assert_eq!(sources, ["https://git.example.org/group/tree.git", "https://hub.jupyter.org/helm-chart/"]);
}

const ANY_TEXT: &str = "\
blueprint: any
version: 1.0.0
summary: s
parameters: {text: {title: T, type: string, minLength: 1}}
required: [text]
namespaces: {main: {name: lab, annotations: {note: \"[[ text ]]\"}}}
stores:
  vault: {kind: existing, name: vault, namespace: lab, mount: kv}
secret-sets: {made: {store: vault, name: made, template: {note: \"[[ text ]]\"}}}
secrets:
  token: {title: \"[[ text ]]\", from: {path: hub, property: token}, to: [{release: hub, value: token, argocd: by-name}]}
releases:
  hub:
    name: hub
    namespace: lab
    chart: {name: hub, version: 1.0.0, repository: {name: charts, namespace: lab, url: \"https://charts.example.org\"}}
    values: [values/v.yaml]
manifests: [manifests/m.yaml]
";

fn any_text() -> Blueprint {
    let files = [
        ("blueprint.yaml", ANY_TEXT),
        (
            "values/v.yaml",
            "plain: [[ text ]]\nquoted: \"[[ text ]]\"\nwithin: a [[ text ]] z\nblock: |\n  [[ text ]]\n# [[ text ]]\nafter: 1\n",
        ),
        (
            "manifests/m.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n  namespace: lab\ndata:\n  [[ text ]]: x\n  text: [[ text ]]\n",
        ),
    ];
    super::blueprint(&files).unwrap_or_else(|problems| panic!("{problems}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An answer stays where it is put, in every file, for both engines.
    #[test]
    fn no_answer_leaves_its_place(
        text in prop_oneof![
            r#"["':{}\[\]#&*!|>%@`,?$\\ a\n-]{1,12}"#,
            Just("${HOME} $${x}".to_owned()),
            Just("{{ .Values.x }} {% raw %} [[ host ]] [% if %]".to_owned()),
            Just("a\n---\nkind: Secret\n".to_owned()),
            Just("x: 1 # y".to_owned()),
            Just("'''\n\"\"\"".to_owned()),
        ]
    ) {
        let blueprint = any_text();
        let mut answers = Answers::new();
        answers.insert(&["text"], json!(text));
        answers.insert(&["gitops", "repository"], json!("https://git.example.org/t.git"));
        for engine in Engine::ALL {
            let mut answers = answers.clone();
            if engine == Engine::Flux {
                answers = Answers::new();
                answers.insert(&["text"], json!(text));
            }
            let instance = match instance(&blueprint, &answers, engine) {
                Ok(instance) => instance,
                Err(problems) => {
                    // What cannot stand where it is put is refused, with its place.
                    prop_assert!(!problems.diagnostics.is_empty());
                    continue;
                }
            };
            let at = |name: &str| if engine == Engine::Flux { name.to_owned() } else { format!("objects/{name}") };
            prop_assert_eq!(&yaml(&instance, &at("namespace.yaml"))["metadata"]["annotations"]["note"], text.as_str());
            prop_assert_eq!(&yaml(&instance, &at("m.yaml"))["data"]["text"], text.as_str());
            let set = yaml(&instance, &at("externalsecret.yaml"));
            prop_assert_eq!(&set["spec"]["target"]["template"]["data"]["note"], text.as_str());
            let values = yaml(&instance, "values.yaml");
            let values = match values["data"]["values.yaml"].as_str() {
                Some(inner) => serde_yaml::from_str(inner).expect("values"),
                None => values,
            };
            prop_assert_eq!(&values["plain"], text.as_str());
            prop_assert_eq!(&values["quoted"], text.as_str());
            let within = format!("a {text} z");
            prop_assert_eq!(&values["within"], within.as_str());
            prop_assert_eq!(&values["after"], 1);
        }
    }
}
