use super::{Api, ApiRequest, Reading, after, outside};
use crate::support::redis::command;

impl<A: Api> Reading<'_, A> {
    /// Entries of another release: pages, and the states of active and ended sessions.
    pub(super) async fn redis(&self) {
        let url = self.api.app().settings.redis.url.clone().unwrap();
        let user = outside("refresh-token")[0]["user"].as_str().unwrap().to_owned();
        let entries = outside("redis");
        let states = entries.iter().filter(|entry| entry["key"].as_str().unwrap().contains(":session:"));
        let states: Vec<&str> = states.map(|entry| entry["value"].as_str().unwrap()).collect();
        for part in [":generation", ":page:", ":limit:"] {
            for entry in entries.iter().filter(|entry| entry["key"].as_str().unwrap().contains(part)) {
                let [key, value] = [&entry["key"], &entry["value"]].map(|text| text.as_str().unwrap());
                command(&url, &["SET", key, value]);
            }
        }
        let page = self.send_as(&user, ApiRequest::get("/v1/watchlists?limit=2")).await;
        assert_eq!(
            (page.status.as_u16(), page.header("x-cache")),
            (200, "HIT"),
            "a page that another release cached is not found"
        );

        let session =
            self.under("session", &format!("USER#{user}")).last().map(|item| after(item, "sk", "SESSION#")).unwrap();
        let key = format!("{{user:{user}}}:session:{session}");
        for state in &states {
            let (word, until) = (state.split(' ').next().unwrap(), self.api.now().as_second() + 60);
            let (state, status) =
                if word == *state { (word.to_owned(), 401) } else { (format!("{word} {until}"), 200) };
            command(&url, &["SET", &key, &state]);
            self.send_as(&user, ApiRequest::get("/v1/watchlists")).await.expect(status);
        }
        assert!(states.contains(&"ended") && states.len() > 1, "{states:?}");
        command(&url, &["FLUSHDB"]);
    }
}
