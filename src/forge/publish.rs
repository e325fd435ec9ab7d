//! Keeps one comment of a name on a merge request: makes it, changes it, or takes it away.
//!
//! A comment is ours if it begins with our mark and we wrote it. Whatever fails on the way, the next try looks again at what is there, so that there are never two. Must not
//! know any particular forge.

use super::{
    Client, ErrorKind, ForgeError, MergeRequest, Target,
    api::{self, Api, Existing, Me, Request},
};

/// What to say.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'c> {
    /// What tells it from other comments of ours.
    pub name: &'c str,
    /// The text, without the mark.
    pub text: &'c str,
    /// Whether it says that there is nothing to say.
    pub is_empty: bool,
    /// What becomes of one that is there in that case.
    pub when_empty: WhenEmpty,
}

/// What becomes of a comment once there is nothing to say. None is made then in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenEmpty {
    /// It is deleted.
    Delete,
    /// It stays as it is.
    Keep,
    /// It says so.
    Update,
}

/// What was done; where people see it, if that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The comment is new.
    Created(Option<String>),
    /// It has another text.
    Updated(Option<String>),
    /// It said the same already.
    Unchanged(Option<String>),
    /// It is gone.
    Deleted,
    /// There was nothing to say, and nothing was there.
    Nothing,
    /// There is no open merge request with that head any more.
    MovedOn,
}

/// The line that a comment of a name begins with. Nobody sees it.
pub fn marker(name: &str) -> String {
    format!("<!-- treewright:{name} -->")
}

/// How many pages of comments are read. No merge request has more, as far as anybody knows.
const MOST_PAGES: usize = 1000;

/// Makes the comment of this name say this.
pub fn publish(target: &Target, client: &Client<'_>, comment: Comment<'_>) -> Result<Outcome, ForgeError> {
    let api = api::of(target)?;
    repeated(client, || once(target, client, api.as_ref(), comment, true))
}

/// What [`publish`] would do. Only reads.
pub fn look_up(target: &Target, client: &Client<'_>, comment: Comment<'_>) -> Result<Outcome, ForgeError> {
    let api = api::of(target)?;
    repeated(client, || once(target, client, api.as_ref(), comment, false))
}

/// Does it again from the start for as long as nobody can tell whether it was done.
fn repeated(client: &Client<'_>, job: impl Fn() -> Result<Outcome, ForgeError>) -> Result<Outcome, ForgeError> {
    let mut tries = 0;
    loop {
        match job() {
            Err(error) if error.kind == ErrorKind::Gone && tries == 0 => tries += 1,
            Err(error) if error.kind == ErrorKind::Uncertain => {
                tries += 1;
                client.wait(tries, None, error)?;
            }
            done => return done,
        }
    }
}

fn once(
    target: &Target,
    client: &Client<'_>,
    api: &dyn Api,
    comment: Comment<'_>,
    act: bool,
) -> Result<Outcome, ForgeError> {
    if comment.is_empty && comment.when_empty == WhenEmpty::Keep {
        return Ok(Outcome::Nothing);
    }
    let Some(number) = number(&target.request, client, api)? else { return Ok(Outcome::MovedOn) };
    let text = client.without_token(&format!("{}\n{}", marker(comment.name), comment.text));
    let ours = ours(client, api, number, comment.name)?;
    let Some((first, more)) = ours.split_first() else {
        if comment.is_empty {
            return Ok(Outcome::Nothing);
        }
        let url = if act { create(client, api, number, &text)? } else { None };
        return Ok(Outcome::Created(url));
    };
    let gone: &[Existing] = if comment.is_empty && comment.when_empty == WhenEmpty::Delete { &ours } else { more };
    if act {
        for one in gone {
            delete(client, api, number, one.id)?;
        }
    }
    if gone.len() == ours.len() {
        return Ok(Outcome::Deleted);
    }
    let url = first.url.clone().or_else(|| api.page_of(number, first.id));
    if same(&first.body, &text) {
        return Ok(Outcome::Unchanged(url));
    }
    if act {
        update(client, api, number, first.id, &text)?;
    }
    Ok(Outcome::Updated(url))
}

/// Our comments of a name, the oldest first.
fn ours(client: &Client<'_>, api: &dyn Api, number: u64, name: &str) -> Result<Vec<Existing>, ForgeError> {
    let mark = marker(name);
    let mut found = Vec::new();
    for_each_page(client, api, api.list(number), |json| {
        let comment = api::comment(json);
        // Others may quote the mark; ours begin with it.
        found.extend(comment.filter(|comment| comment.body.lines().next().is_some_and(|line| line.trim_end() == mark)));
    })?;
    if found.is_empty() {
        return Ok(found);
    }
    let me = me(client, api)?;
    found.retain(|comment| me.wrote(comment));
    found.sort_by_key(|comment| comment.id);
    Ok(found)
}

/// Whom the token belongs to, if it may ask.
fn me(client: &Client<'_>, api: &dyn Api) -> Result<Me, ForgeError> {
    match client.ask(&Request::get("/user")) {
        Ok(answer) => {
            let json = client.json(&answer)?;
            let name = json.get("login").or_else(|| json.get("username")).and_then(serde_json::Value::as_str);
            Ok(name.map_or_else(|| api.nameless(), |name| Me::Named(name.to_owned())))
        }
        // A token that could list comments is a good one; it may only not ask this.
        Err(error) if matches!(error.kind, ErrorKind::Denied | ErrorKind::NotFound) => Ok(api.nameless()),
        Err(error) => Err(error),
    }
}

/// The number of the merge request; `None` if none that is open has the head that is meant.
fn number(request: &MergeRequest, client: &Client<'_>, api: &dyn Api) -> Result<Option<u64>, ForgeError> {
    let commit = match request {
        MergeRequest::Number(number) => {
            if let Some(subject) = api.subject(*number) {
                let json = client.json(&client.ask(&subject)?)?;
                if json.get("number").and_then(serde_json::Value::as_u64) != Some(*number) {
                    return Err(no_forge("the merge request"));
                }
            }
            return Ok(Some(*number));
        }
        MergeRequest::Head { commit, .. } => commit,
    };
    let Some(first) = api.open(request) else {
        return Err(ForgeError::other("the merge request has no number").hint("--number names it"));
    };
    let mut found = None;
    for_each_page(client, api, first, |json| {
        if json.pointer("/head/sha").and_then(serde_json::Value::as_str) == Some(commit) {
            found = found.or_else(|| json.get("number").and_then(serde_json::Value::as_u64));
        }
    })?;
    Ok(found)
}

/// Hands on every entry of a list that may have several pages.
fn for_each_page(
    client: &Client<'_>,
    api: &dyn Api,
    first: Request,
    mut take: impl FnMut(&serde_json::Value),
) -> Result<(), ForgeError> {
    let mut request = Some(first);
    for _ in 0..MOST_PAGES {
        let Some(asked) = request else { return Ok(()) };
        let answer = client.ask(&asked)?;
        let json = client.json(&answer)?;
        let Some(entries) = json.as_array() else {
            return Err(no_forge("a list of comments"));
        };
        entries.iter().for_each(&mut take);
        request = api.next(&asked, &answer);
    }
    Err(ForgeError::other(format!("there are more than {MOST_PAGES} pages of comments")))
}

/// Answers are of another shape than a forge of this kind gives.
fn no_forge(asked: &str) -> ForgeError {
    ForgeError::other(format!("the forge answers with something else than {asked}"))
        .hint("--forge says what kind of forge it is, --api URL where its API is")
}

fn create(client: &Client<'_>, api: &dyn Api, number: u64, text: &str) -> Result<Option<String>, ForgeError> {
    let answer = client.ask(&api.create(number, text))?;
    // It is there now, even if the answer breaks off.
    let made = client.json(&answer).ok().and_then(|json| api::comment(&json));
    Ok(made.and_then(|made| made.url.or_else(|| api.page_of(number, made.id))))
}

fn update(client: &Client<'_>, api: &dyn Api, number: u64, id: u64, text: &str) -> Result<(), ForgeError> {
    match client.ask(&api.update(number, id, text)) {
        // Somebody deleted it meanwhile: to look again makes a new one.
        Err(error) if error.kind == ErrorKind::NotFound => Err(ForgeError { kind: ErrorKind::Gone, ..error }),
        done => done.map(|_| ()),
    }
}

fn delete(client: &Client<'_>, api: &dyn Api, number: u64, id: u64) -> Result<(), ForgeError> {
    match client.ask(&api.delete(number, id)) {
        // So it is gone already.
        Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
        done => done.map(|_| ()),
    }
}

/// Whether two texts are the same but for what forges do to them.
fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    plain(one) == plain(other)
}
