//! What a new site does on the command line before anybody can sign in.

use std::process::Output;

use crate::town::program::command;

struct Site(tempfile::TempDir);

impl Site {
    fn run(&self, words: &[&str]) -> (bool, String) {
        let Output { status, stdout, stderr } =
            command(self.0.path(), None, words).output().expect("the program runs");
        let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
        (status.success(), said)
    }

    fn does(&self, words: &[&str]) -> String {
        let (done, said) = self.run(words);
        assert!(done, "{words:?}: {said}");
        said
    }

    fn refuses(&self, words: &[&str]) -> String {
        let (done, said) = self.run(words);
        assert!(!done, "{words:?} was done: {said}");
        said
    }
}

#[test]
fn a_new_site_gets_its_bureaus_and_its_first_officers() {
    let site = Site(tempfile::tempdir().expect("a folder"));
    let bureaus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/bureaus.toml");
    assert!(site.refuses(&["bureau", "list"]).contains("没有数据库"));
    site.does(&["migrate"]);
    assert!(site.does(&["bureau", "list"]).contains("还没有单位"));
    site.does(&["bureau", "import", bureaus]);
    assert!(site.does(&["bureau", "list"]).contains("990101"));

    let new = ["officer", "add", "--bureau", "990101", "--login", "zj01", "--name", "雷晓东", "--badge", "1"];
    let apart = [new.as_slice(), &["--post", "证件管理员", "--post", "审计员"]].concat();
    assert!(site.refuses(&apart).contains("不能由同一人担任"));
    let added = site.does(&[new.as_slice(), &["--post", "证件管理员"]].concat());
    assert!(added.contains("初始密码"), "{added}");
    assert!(site.refuses(&new).contains("已经注册过"));

    site.does(&["officer", "give", "zj01", "队所所长"]);
    assert!(site.refuses(&["officer", "give", "zj01", "安全管理员"]).contains("不能由同一人担任"));
    site.does(&["officer", "take", "zj01", "证件管理员"]);
    let listed = site.does(&["officer", "list", "990101"]);
    assert!(listed.contains("队所所长") && !listed.contains("证件管理员"), "{listed}");
    assert!(site.does(&["officer", "password", "zj01"]).contains("新密码"));
    assert!(site.does(&["history", "verify"]).contains("1 条记录链"), "who gave which post is on record");
    assert!(site.refuses(&["demo"]).contains("不是演示库"));
}

#[test]
fn a_new_site_founds_its_ca_and_gives_bureaus_their_certificates() {
    let site = Site(tempfile::tempdir().expect("a folder"));
    site.does(&["bureau", "import", concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/bureaus.toml")]);
    assert!(site.refuses(&["seal", "ca", "trust"]).contains("yanzheng seal ca init"));
    assert!(site.refuses(&["seal", "ca", "issue", "990101"]).contains("缺少证书机构的证书"));
    let made = site.does(&["seal", "ca", "init", "--organ", "演示市烟草专卖局"]);
    assert!(made.contains("root.key") && made.contains("passphrase"), "{made}");
    assert!(site.does(&["seal", "ca", "init"]).contains("没有改动"));
    let roots = site.does(&["seal", "ca", "trust"]);
    let certs = guomi::x509::Cert::all_from_pem(&roots).expect("PEM");
    assert!(certs.len() == 2 && certs[0].is_self_issued() && certs[1].name().contains("证书机构"));

    assert!(site.refuses(&["seal", "ca", "issue", "123456"]).contains("没有单位"));
    assert!(site.does(&["seal", "ca", "issue", "990101"]).contains("城中区烟草专卖局"));
    assert!(site.refuses(&["seal", "ca", "issue", "990101"]).contains("已经存在"));
    assert!(site.does(&["seal", "ca", "issue", "990101", "--again"]).contains("新的印章"));
    let key = site.0.path().join("device.pem");
    std::fs::write(&key, "not a key").expect("written");
    let key = key.to_str().expect("a path");
    assert!(site.refuses(&["seal", "ca", "issue", "990102", "--public-key", key]).contains("公钥"));
    assert!(site.does(&["seal", "list"]).contains("还没有印章"));
    assert!(site.refuses(&["seal", "list", "123456"]).contains("没有这个单位"));
    let found = site.run(&["doctor"]).1;
    assert!(found.contains("没有使用中的印章") && found.contains("签章证书"), "{found}");
}

#[test]
fn who_searches_without_a_database_is_told_what_is_not_searched() {
    let site = Site(tempfile::tempdir().expect("a folder"));
    let found = site.does(&["search", "开店"]);
    assert!(found.contains("/guides/retail-licence/xinban"), "{found}");
    assert!(
        found.contains("没有找到数据库") && found.contains("不含各单位改过的指南和发布的信息"),
        "{found}"
    );
    assert!(!site.0.path().join("yanzheng.db").exists(), "a search makes no database");
    assert!(site.refuses(&["search", "天气预报"]).contains("没有找到和“天气预报”有关的内容"));
    site.does(&["migrate"]);
    assert!(!site.does(&["search", "开店"]).contains("没有找到数据库"));
}
