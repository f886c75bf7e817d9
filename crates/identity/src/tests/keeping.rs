//! What is kept of people, and for how long.

use super::*;

on_each!(no_plain_number_stands_in_the_database, |town| Box::pin(async move {
    let mut db = town.app.db.clone();
    let rows = db
        .query(
            "select id_sealed, phone_sealed, id_masked, phone_masked from account where subject <> $1",
            params![""],
        )
        .await
        .unwrap();
    let names = db.query("select key_hash from login_name where kind <> $1", params![""]).await.unwrap();
    let stored: Vec<String> = rows
        .iter()
        .flat_map(|row| (0..4).map(|i| row.text(i).unwrap()))
        .chain(names.iter().map(|row| row.text(0).unwrap()))
        .collect();
    assert!(stored.len() > 10);
    for plain in ["990101198704122151", "19999010001"] {
        assert!(stored.iter().all(|value| !value.contains(plain)));
    }
    let li = accounts::profile(&town.app, &mut db, &town.li).await.unwrap().unwrap();
    assert_eq!((li.id_number.as_str(), li.phone.as_str()), ("990101198704122151", "19999010001"));
}));

on_each!(the_daily_sweep_leaves_what_is_in_use, |town| Box::pin(async move {
    let mut li = town.signed_in("liming").await;
    crate::sweep(&town.app).await.unwrap();
    assert_eq!(li.get("/me").await.status, StatusCode::OK);
    town.clock.advance(Duration::from_secs(8 * 24 * 3600));
    crate::sweep(&town.app).await.unwrap();
    let left =
        town.app.db.clone().query("select subject from session where subject = $1", params![&town.li]).await;
    assert!(left.unwrap().is_empty());
}));

#[test]
fn sealed_values_open_only_under_their_own_label_and_secret() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (builder, _) = app_on(db::Db::temp().await.unwrap(), date(2026, 1, 1)).await;
        let app = builder.build();
        let sealed = crate::seal::seal(&app, "account.id", "990101198704122151");
        assert_eq!(crate::seal::open(&app, "account.id", &sealed).unwrap(), "990101198704122151");
        assert_ne!(sealed, crate::seal::seal(&app, "account.id", "990101198704122151"));
        assert!(crate::seal::open(&app, "account.phone", &sealed).is_err());
        let mut bent = sealed.into_bytes();
        bent[20] ^= 1;
        assert!(crate::seal::open(&app, "account.id", &String::from_utf8(bent).unwrap()).is_err());
    });
}
