//! GitHub: comments of a pull request are comments of the issue of the same number.
//!
//! Facts: docs.github.com, REST API version 2022-11-28, "Issue comments" and "Pulls". Must not know how requests are sent.

use super::{
    ForgeError, MergeRequest, Token,
    api::{self, Answer, Api, Me, Method, Request},
};

pub(super) struct GitHub {
    repository: String,
}

impl GitHub {
    pub fn new(project: &str) -> Result<Self, ForgeError> {
        Ok(Self { repository: format!("/repos/{}", api::owner_and_name(project)?) })
    }
}

impl Api for GitHub {
    fn headers(&self, token: &Token) -> Vec<(&'static str, String)> {
        vec![
            ("authorization", format!("Bearer {}", token.reveal())),
            ("accept", "application/vnd.github+json".to_owned()),
            ("x-github-api-version", "2022-11-28".to_owned()),
        ]
    }

    fn subject(&self, _: u64) -> Option<Request> {
        None
    }

    fn list(&self, number: u64) -> Request {
        Request::get(format!("{}/issues/{number}/comments?per_page=100", self.repository))
    }

    fn next(&self, _: &Request, answer: &Answer) -> Option<Request> {
        answer.next_link().map(Request::get)
    }

    fn create(&self, number: u64, text: &str) -> Request {
        Request::text(Method::Post, format!("{}/issues/{number}/comments", self.repository), text)
    }

    fn update(&self, _: u64, id: u64, text: &str) -> Request {
        Request::text(Method::Patch, format!("{}/issues/comments/{id}", self.repository), text)
    }

    fn delete(&self, _: u64, id: u64) -> Request {
        Request::delete(format!("{}/issues/comments/{id}", self.repository))
    }

    fn page_of(&self, _: u64, _: u64) -> Option<String> {
        None
    }

    /// The token of a workflow is that of an app, which has no user to ask for.
    fn nameless(&self) -> Me {
        Me::Bot
    }

    fn open(&self, request: &MergeRequest) -> Option<Request> {
        let MergeRequest::Head { owner, branch, .. } = request else { return None };
        let head = api::escaped(&format!("{owner}:{branch}"));
        Some(Request::get(format!("{}/pulls?state=open&head={head}&per_page=100", self.repository)))
    }

    fn permissions(&self) -> &'static str {
        "in a workflow it needs `permissions: {pull-requests: write}`; that of a pull request from a fork can only read, see docs/ci-github.md for the way with two jobs"
    }
}
