//! The trail as CSV.

use serde_json::json;

use crate::support::app::TestApp;

const COLUMNS: [&str; 12] = [
    "id",
    "at",
    "action",
    "outcome",
    "actor_id",
    "actor_email",
    "actor_ip",
    "actor_user_agent",
    "target_type",
    "target_id",
    "changes",
    "request_id",
];

#[tokio::test]
async fn csv_cells_never_start_a_spreadsheet_formula() {
    let app = TestApp::new().await;
    let (admin, ada) = (app.admin().await, app.user("ada@example.com").await);
    let titles = ["=1+1", "a \"b\", c", "+49", "-1", "@x", "line\u{2028}separator"];
    for title in titles {
        let call = app.post("/v1/watchlists/items").bearer(&ada.token).header("user-agent", "=cmd|' /C calc'!A0");
        app.clock.advance(1);
        call.header("x-request-id", "-1-").json(&json!({"title": title, "type": "movie"})).send().await.expect(201);
    }
    app.store_events().await;
    for (path, token) in [("/v1/admin/audit", &admin.token), ("/v1/auth/audit", &ada.token)] {
        let path = format!("{path}?action=watchlist.item_added&limit=5");
        let answer = app.get(&path).bearer(token).header("accept", "text/csv").send().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
        assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"audit.csv\"");
        assert!(answer.headers.get_all("vary").iter().any(|value| value == "accept"));
        assert!(answer.headers["link"].to_str().unwrap().contains("cursor="));
        let mut table = csv::Reader::from_reader(answer.body.as_str().unwrap().as_bytes());
        assert_eq!(table.headers().unwrap(), COLUMNS.as_slice());
        let rows: Vec<_> = table.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 5);
        for (row, title) in rows.iter().zip(titles.iter().rev()) {
            assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
            assert_eq!(&row[7], "'=cmd|' /C calc'!A0");
            let changes: serde_json::Value = serde_json::from_str(&row[10]).unwrap();
            assert_eq!(changes["title"], *title);
        }
    }
}
