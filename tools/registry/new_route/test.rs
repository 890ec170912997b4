//! `$route`

use crate::support::app::TestApp;

#[tokio::test]
async fn $test() {
    $app
    let call = app.$method("$path")$bearer;
    assert_eq!(call.send().await.expect(200)["status"], "ok");
}
