//! Forges with one merge request each, which answer as the published descriptions of GitHub, GitLab and Gitea say, and keep account of every request that those would not
//! take.

use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use treewright::forge::Kind;

use super::server::{Reply, Request, Server};

/// The secret; it must be seen nowhere but in the header that it belongs into.
pub const TOKEN: &str = "tok-3n-marker-7f21";

pub const KINDS: [Kind; 3] = [Kind::GitHub, Kind::GitLab, Kind::Gitea];

/// The merge request.
pub const NUMBER: u64 = 7;

/// Who the token belongs to.
pub const ME: &str = "treewright-bot";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub id: u64,
    pub author: String,
    pub body: String,
}

/// What to answer once instead of what is right.
pub struct Fault {
    /// The method that is answered so.
    pub method: &'static str,
    /// Whether what was asked for is done all the same.
    pub done: bool,
    pub reply: Reply,
}

pub struct State {
    pub kind: Kind,
    /// The address that the forge has for itself.
    pub url: String,
    pub comments: Vec<Written>,
    /// What goes wrong, in this order.
    pub faults: Vec<Fault>,
    /// Requests that no forge would take.
    pub refused: Vec<String>,
    /// Whether the token may ask who it is.
    pub named: bool,
}

/// A forge that runs.
pub struct Forge {
    pub server: Server,
    pub state: Arc<Mutex<State>>,
}

impl Forge {
    pub fn start(kind: Kind) -> Self {
        let state = State {
            kind,
            url: String::new(),
            comments: Vec::new(),
            faults: Vec::new(),
            refused: Vec::new(),
            named: true,
        };
        let state = Arc::new(Mutex::new(state));
        let own = Arc::clone(&state);
        let server = Server::start(move |request| own.lock().expect("no test panics with it").answer(request));
        state.lock().expect("no test panics with it").url = server.url();
        Self { server, state }
    }

    pub fn api(&self) -> String {
        self.state(|state| state.kind).api_of(&self.server.url())
    }

    /// Looks at the state, or changes it.
    pub fn state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().expect("no test panics with it"))
    }

    pub fn comments(&self) -> Vec<Written> {
        self.state(|state| state.comments.clone())
    }

    /// Adds comments of somebody.
    pub fn written(&self, count: usize, author: &str, body: &str) {
        self.state(|state| {
            for _ in 0..count {
                state.write(author, body);
            }
        });
    }

    pub fn fail(&self, method: &'static str, done: bool, reply: Reply) {
        self.state(|state| state.faults.push(Fault { method, done, reply }));
    }

    /// Every request was one that the forge takes.
    pub fn assert_well_formed(&self) {
        assert_eq!(self.state(|state| state.refused.clone()), Vec::<String>::new());
    }
}

impl State {
    pub fn write(&mut self, author: &str, body: &str) -> u64 {
        let id = self.comments.last().map_or(1000, |last| last.id) + 3;
        self.comments.push(Written { id, author: author.to_owned(), body: body.to_owned() });
        id
    }

    fn answer(&mut self, request: &Request) -> Reply {
        if let Some(wrong) = self.wrong(request) {
            self.refused.push(format!("{} {}: {wrong}", request.method, request.target));
            return Reply::new(400, json!({ "message": wrong }).to_string());
        }
        let fault = self.faults.iter().position(|fault| fault.method == request.method);
        let Some(fault) = fault.map(|at| self.faults.remove(at)) else { return self.right(request) };
        if fault.done {
            self.right(request);
        }
        fault.reply
    }

    /// What of a request no forge of this kind would take.
    fn wrong(&self, request: &Request) -> Option<String> {
        let mut expected = match self.kind {
            Kind::GitHub => vec![
                ("authorization", format!("Bearer {TOKEN}")),
                ("accept", "application/vnd.github+json".to_owned()),
                ("x-github-api-version", "2022-11-28".to_owned()),
            ],
            Kind::GitLab => vec![("private-token", TOKEN.to_owned())],
            Kind::Gitea => vec![("authorization", format!("token {TOKEN}"))],
        };
        let has_body = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
        if has_body {
            expected.push(("content-type", "application/json".to_owned()));
        }
        for (name, value) in expected {
            if request.header(name) != value {
                return Some(format!("{name} is `{}`", request.header(name)));
            }
        }
        // GitHub refuses requests without one.
        if !request.header("user-agent").starts_with("treewright/") {
            return Some("no user agent".to_owned());
        }
        if !has_body {
            return (!request.body.is_empty()).then(|| "a body".to_owned());
        }
        let body: Json = serde_json::from_str(&request.body).unwrap_or_default();
        let is_text = body.as_object().is_some_and(|fields| fields.len() == 1) && body["body"].is_string();
        let limit = if self.kind == Kind::GitLab { 1_000_000 } else { 65_536 };
        let fits = body["body"].as_str().is_some_and(|text| !text.is_empty() && text.chars().count() <= limit);
        (!is_text || !fits).then(|| "the body is no comment".to_owned())
    }

    /// Where comments are listed and made; where one of them is, without its number.
    fn paths(&self) -> (String, String) {
        match self.kind {
            Kind::GitHub => (
                format!("/api/v3/repos/site/clusters/issues/{NUMBER}/comments"),
                "/api/v3/repos/site/clusters/issues/comments/".to_owned(),
            ),
            Kind::GitLab => {
                let notes = format!("/api/v4/projects/site%2Fclusters/merge_requests/{NUMBER}/notes");
                (notes.clone(), notes + "/")
            }
            Kind::Gitea => (
                format!("/api/v1/repos/site/clusters/issues/{NUMBER}/comments"),
                "/api/v1/repos/site/clusters/issues/comments/".to_owned(),
            ),
        }
    }

    fn right(&mut self, request: &Request) -> Reply {
        let (all, one) = self.paths();
        let text = || {
            serde_json::from_str::<Json>(&request.body).unwrap_or_default()["body"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let change = if self.kind == Kind::GitLab { "PUT" } else { "PATCH" };
        match request.method.as_str() {
            "GET" if request.path() == all => self.page(request),
            "GET" if self.kind == Kind::Gitea && all.strip_suffix("/comments") == Some(request.path()) => {
                Reply::new(200, json!({ "number": NUMBER, "pull_request": {} }).to_string())
            }
            // The real one does so, too.
            "GET" if self.kind == Kind::Gitea && request.path().ends_with("/comments") => {
                Reply::new(500, r#"{"message": "issue does not exist"}"#)
            }
            "GET" if request.path().ends_with("/user") && self.named => Reply::new(200, self.account(ME).to_string()),
            "GET" if request.path().ends_with("/user") => {
                Reply::new(403, r#"{"message": "Resource not accessible by integration", "status": "403"}"#)
            }
            "GET" if request.path().ends_with("/clusters/pulls") => {
                Reply::new(200, json!([{ "number": NUMBER, "head": { "sha": "c0ffee" } }]).to_string())
            }
            "POST" if request.path() == all => {
                let id = self.write(ME, &text());
                Reply::new(201, self.shown(id))
            }
            method => {
                let id = request.path().strip_prefix(&one).and_then(|id| id.parse::<u64>().ok());
                let at = self.comments.iter().position(|comment| Some(comment.id) == id);
                match (at, method) {
                    (Some(at), "DELETE") => {
                        self.comments.remove(at);
                        Reply::new(204, "")
                    }
                    (Some(at), method) if method == change => {
                        self.comments[at].body = text();
                        let id = self.comments[at].id;
                        Reply::new(200, self.shown(id))
                    }
                    _ => Reply::new(404, r#"{"message": "Not Found"}"#),
                }
            }
        }
    }

    /// Some of the comments. GitHub and GitLab have pages of 30 and 20 unless they are asked for others, and of 100 at most; Gitea has none.
    fn page(&self, request: &Request) -> Reply {
        let number =
            |name: &str, default: usize| request.query(name).and_then(|text| text.parse().ok()).unwrap_or(default);
        let (page, size) = match self.kind {
            Kind::GitHub => (number("page", 1), number("per_page", 30).min(100)),
            Kind::GitLab => (number("page", 1), number("per_page", 20).min(100)),
            Kind::Gitea => (1, usize::MAX),
        };
        // Without being asked for the oldest first, GitLab gives the newest.
        let mut comments: Vec<&Written> = self.comments.iter().collect();
        if self.kind == Kind::GitLab && request.query("sort") != Some("asc") {
            comments.reverse();
        }
        let shown: Vec<Json> = comments
            .iter()
            .skip((page - 1).saturating_mul(size))
            .take(size)
            .map(|comment| self.json(comment))
            .collect();
        let is_last = page.saturating_mul(size) >= self.comments.len();
        let mut reply = Reply::new(200, Json::from(shown).to_string());
        let next = format!("{}{}?per_page={size}&page={}", self.url, request.path(), page + 1);
        if self.kind == Kind::GitLab {
            // The forge may think of itself as being elsewhere.
            reply = reply.header("X-Next-Page", if is_last { String::new() } else { (page + 1).to_string() });
            reply.header("Link", format!("<https://gitlab.elsewhere.example{}?page=1>; rel=\"first\"", request.path()))
        } else if is_last {
            reply
        } else {
            reply.header("Link", format!("<{next}>; rel=\"next\", <{next}>; rel=\"last\""))
        }
    }

    fn shown(&self, id: u64) -> String {
        let comment = self.comments.iter().find(|comment| comment.id == id).expect("it is there");
        self.json(comment).to_string()
    }

    fn account(&self, name: &str) -> Json {
        match self.kind {
            Kind::GitLab => json!({ "id": 5, "username": name, "state": "active" }),
            _ => json!({ "id": 5, "login": name, "type": if name.ends_with("bot") { "Bot" } else { "User" } }),
        }
    }

    fn json(&self, comment: &Written) -> Json {
        let (id, body) = (comment.id, &comment.body);
        match self.kind {
            Kind::GitLab => {
                json!({ "id": id, "type": null, "body": body, "author": self.account(&comment.author), "system": false })
            }
            _ => json!({
                "id": id,
                "body": body,
                "user": self.account(&comment.author),
                "html_url": format!("{}/site/clusters/pull/{NUMBER}#issuecomment-{id}", self.url),
            }),
        }
    }
}
