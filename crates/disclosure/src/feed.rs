//! Atom and RSS feeds and the site map for machines. Everything typed by people is escaped, and what XML can't hold at all
//! (control characters) is left out.

use jiff::Timestamp;

use crate::article::Published;
use crate::markup::escaped;

/// What a feed says of itself.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Scheme, host and port, without a closing slash.
    pub base: String,
    pub title: String,
    pub updated: Timestamp,
}

pub const ATOM: &str = "/disclosure/feed.atom";
pub const RSS: &str = "/disclosure/feed.rss";

/// RFC 4287.
pub fn atom(channel: &Channel, articles: &[Published]) -> String {
    let base = xml(&channel.base);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\n\
         <title>{}</title>\n<id>{base}{ATOM}</id>\n<link rel=\"self\" href=\"{base}{ATOM}\"/>\n\
         <link href=\"{base}/disclosure\"/>\n<updated>{}</updated>\n",
        xml(&channel.title),
        channel.updated
    );
    for one in articles {
        out += &format!(
            "<entry>\n<title>{}</title>\n<id>{base}{url}</id>\n<link href=\"{base}{url}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n<author><name>{}</name></author>\n\
             <category term=\"{}\" label=\"{}\"/>\n<summary>{}</summary>\n</entry>\n",
            xml(&one.content.title),
            one.published_at,
            one.changed_at,
            xml(&one.content.organ),
            one.content.kind.code(),
            one.content.kind.says(),
            xml(&one.content.in_short()),
            url = one.url(),
        );
    }
    out + "</feed>\n"
}

/// RSS 2.0.
pub fn rss(channel: &Channel, articles: &[Published]) -> String {
    let base = xml(&channel.base);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n\
         <channel>\n<title>{title}</title>\n<link>{base}/disclosure</link>\n<description>{title}</description>\n\
         <language>zh-CN</language>\n<lastBuildDate>{}</lastBuildDate>\n\
         <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{base}{RSS}\"/>\n",
        rfc2822(channel.updated),
        title = xml(&channel.title),
    );
    for one in articles {
        out += &format!(
            "<item>\n<title>{}</title>\n<link>{base}{url}</link>\n<guid isPermaLink=\"true\">{base}{url}</guid>\n\
             <pubDate>{}</pubDate>\n<category>{}</category>\n<description>{}</description>\n</item>\n",
            xml(&one.content.title),
            rfc2822(one.published_at),
            one.content.kind.says(),
            xml(&one.content.in_short()),
            url = one.url(),
        );
    }
    out + "</channel>\n</rss>\n"
}

/// A page of the site with the day it last changed, where that is known.
pub type Place = (String, Option<Timestamp>);

/// sitemaps.org 0.9.
pub fn site_map(base: &str, places: &[Place]) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
                   <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
        .to_owned();
    for (path, changed) in places {
        out += &format!("<url><loc>{}{}</loc>", xml(base), xml(&in_ascii(path)));
        if let Some(changed) = changed {
            out += &format!("<lastmod>{changed}</lastmod>");
        }
        out += "</url>\n";
    }
    out + "</urlset>\n"
}

/// An address as the protocol of site maps wants it: what is not ASCII stands as its bytes.
fn in_ascii(path: &str) -> String {
    path.chars().fold(String::with_capacity(path.len()), |mut out, c| {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out += &format!("%{byte:02X}"));
        }
        out
    })
}

fn rfc2822(at: Timestamp) -> String {
    at.to_zoned(web::clock::office_zone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string()
}

fn xml(text: &str) -> String {
    let held: String =
        text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    escaped(&held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Content;
    use crate::state::Standing;

    fn article(title: &str) -> Published {
        let at: Timestamp = "2026-11-25T01:00:00Z".parse().unwrap();
        Published {
            bureau: "990101".into(),
            index_no: "990101-2026-00001".into(),
            article_id: "a".into(),
            standing: Standing::Published { version: 1, since: at, until: None },
            content: Content {
                title: title.into(),
                organ: "某局".into(),
                body: "正文 & <b>".into(),
                ..Content::default()
            },
            published_at: at,
            changed_at: at,
        }
    }

    fn channel() -> Channel {
        Channel {
            base: "http://127.0.0.1:8080".into(),
            title: "信息公开".into(),
            updated: "2026-11-25T01:00:00Z".parse().unwrap(),
        }
    }

    /// Every tag that is opened is closed in its turn, and no bare mark stands in the text.
    fn well_formed(xml: &str) {
        let mut open: Vec<&str> = Vec::new();
        let mut rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>").unwrap();
        while let Some(at) = rest.find('<') {
            assert!(!rest[..at].contains('>'), "{}", &rest[..at]);
            let end = rest[at..].find('>').unwrap() + at;
            let tag = &rest[at + 1..end];
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{xml}"),
                None if tag.ends_with('/') => {}
                None => open.push(tag.split(' ').next().unwrap()),
            }
            rest = &rest[end + 1..];
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn feeds_are_well_formed_whatever_was_typed() {
        let articles = [article("<script>\"x\" & 'y'</script>\u{0}\u{b}]]>"), article("普通标题")];
        for xml in [atom(&channel(), &articles), rss(&channel(), &articles), atom(&channel(), &[])] {
            well_formed(&xml);
            assert!(!xml.contains("<script") && !xml.contains('\u{0}'), "{xml}");
        }
        assert!(rss(&channel(), &articles).contains("Wed, 25 Nov 2026 09:00:00 +0800"));
    }

    #[test]
    fn a_site_map_names_each_page_once_with_its_last_change() {
        let at: Timestamp = "2026-11-25T01:00:00Z".parse().unwrap();
        let places = [("/".to_owned(), None), ("/laws/行政许可法?a=1&b=2".to_owned(), Some(at))];
        let xml = site_map("https://example.cn", &places);
        well_formed(&xml);
        assert!(xml.contains(
            "<loc>https://example.cn/laws/%E8%A1%8C%E6%94%BF%E8%AE%B8%E5%8F%AF%E6%B3%95?a=1&amp;b=2</loc>\
             <lastmod>2026-11-25T01:00:00Z"
        ));
    }
}
