//! The inverted index of one generation: grams of titles, keywords and bodies, in memory or in a folder of its own.

use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::columnar::Column;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{DocAddress, DocSet, Searcher, TantivyDocument, Term};
use tempfile::TempDir;

use crate::document::{Document, Kind};
use crate::fault::Fault;
use crate::fold::{all_grams, fold};

/// Memory of the writer while it indexes; what doesn't fit goes to segments.
const WRITER_BYTES: usize = 50 << 20;
/// Of a longer body the rest is not read: a document that long is several.
const LONGEST_BODY: usize = 20_000;
/// How much more a title says than a body.
const TITLE: f32 = 3.0;
const KEYWORD: f32 = 2.5;
/// The bureau of documents for everybody.
const EVERYBODY: &str = "all";

const GRAMS: &str = "grams";

#[derive(Clone, Copy)]
struct Fields {
    /// Where the document's card lies.
    card: Field,
    kind: Field,
    bureau: Field,
    title: Field,
    keywords: Field,
    body: Field,
}

pub struct Index {
    searcher: Searcher,
    fields: Fields,
    /// The column of card numbers of each segment; opening one for each candidate costs more than finding it.
    cards: Vec<Column<u64>>,
    /// Goes with the generation.
    _folder: Option<TempDir>,
}

/// A document that may be what is sought.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    pub card: usize,
    /// BM25, for the order among equals.
    pub score: f32,
    pub at: DocAddress,
    /// Bit n: gram n of the question stands in the body.
    pub body: u64,
}

/// One gram in one field.
struct Clause {
    term: Term,
    boost: f32,
    /// In how many documents it stands there: so much there is to read.
    postings: u64,
    /// What there is to read, by what it says.
    dearness: f32,
}

/// The clauses that choose most among the documents, as far as so many postings reach. What stands in every second
/// document costs most and chooses least; it is left to the ranking of what the others found. A site of some thousand
/// documents affords all clauses.
fn affordable(mut clauses: Vec<Clause>, most_postings: u64) -> Vec<Clause> {
    clauses.sort_by(|a, b| a.dearness.total_cmp(&b.dearness));
    let mut read = 0;
    clauses.retain(|clause| {
        let affords = read == 0 || read + clause.postings <= most_postings;
        read += if affords { clause.postings } else { 0 };
        affords
    });
    clauses
}

/// How far to look.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Postings read; a hundred thousand take a millisecond or two.
    pub postings: u64,
    /// Candidates to rank.
    pub candidates: usize,
}

/// What must hold of a candidate.
#[derive(Clone, Debug, Default)]
pub struct Only {
    pub kind: Option<Kind>,
    /// This bureau's and everybody's.
    pub bureau: Option<String>,
}

impl Index {
    /// Indexes the documents; the place in the list is the number of the card.
    pub fn build(documents: &[Document], folder: Option<&Path>) -> Result<Index, Fault> {
        let (schema, fields) = schema();
        let (index, folder) = match folder {
            None => (tantivy::Index::create_in_ram(schema), None),
            Some(parent) => {
                let own = tempfile::Builder::new().prefix("generation-").tempdir_in(parent)?;
                (tantivy::Index::create_in_dir(own.path(), schema)?, Some(own))
            }
        };
        index.tokenizers().register(GRAMS, TextAnalyzer::from(GramTokenizer));
        let mut writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        for (card, document) in documents.iter().enumerate() {
            writer.add_document(entry(fields, card, document))?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let searcher = index.reader()?.searcher();
        let cards = searcher.segment_readers().iter().map(|segment| segment.fast_fields().u64("card"));
        let cards = cards.collect::<Result<_, _>>()?;
        Ok(Index { searcher, fields, cards, _folder: folder })
    }

    /// In how many documents the gram stands, in the field where it stands most.
    pub fn frequency(&self, gram: &str) -> u64 {
        let of = |field| self.searcher.doc_freq(&Term::from_field_text(field, gram)).unwrap_or(0);
        [self.fields.title, self.fields.keywords, self.fields.body].into_iter().map(of).max().unwrap_or(0)
    }

    /// The documents that hold most of the grams, best first. Only terms with their boosts stand in the query, so that
    /// tantivy can skip what can't reach the best (block-max WAND).
    pub fn candidates(
        &self,
        grams: &[(String, f32)],
        only: &Only,
        effort: Effort,
    ) -> Result<Vec<Candidate>, Fault> {
        let clauses = affordable(self.clauses(grams), effort.postings).into_iter().map(|clause| {
            let term = TermQuery::new(clause.term, IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(BoostQuery::new(Box::new(term), clause.boost)) as Box<dyn Query>)
        });
        let query = self.limited(BooleanQuery::new(clauses.collect()), only);
        let found = self.searcher.search(&query, &TopDocs::with_limit(effort.candidates).order_by_score())?;
        Ok(found.into_iter().map(|(score, at)| self.candidate(score, at)).collect())
    }

    /// Each gram in each field in which it stands.
    fn clauses(&self, grams: &[(String, f32)]) -> Vec<Clause> {
        let fields = [(self.fields.title, TITLE), (self.fields.keywords, KEYWORD), (self.fields.body, 1.0)];
        let clauses = grams.iter().flat_map(|(gram, weight)| {
            fields.map(|(field, says)| {
                let term = Term::from_field_text(field, gram);
                let postings = self.searcher.doc_freq(&term).unwrap_or(0);
                Clause { term, boost: weight * says, postings, dearness: postings as f32 / says }
            })
        });
        clauses.filter(|clause| clause.postings > 0).collect()
    }

    fn limited(&self, sought: BooleanQuery, only: &Only) -> BooleanQuery {
        let mut must: Vec<Box<dyn Query>> = Vec::new();
        if let Some(kind) = only.kind {
            must.push(term(self.fields.kind, kind.code(), IndexRecordOption::Basic));
        }
        if let Some(bureau) = &only.bureau {
            let either = [bureau.as_str(), EVERYBODY]
                .map(|code| term(self.fields.bureau, code, IndexRecordOption::Basic));
            must.push(Box::new(BooleanQuery::union(either.into())));
        }
        if must.is_empty() {
            return sought;
        }
        must.push(Box::new(sought));
        BooleanQuery::intersection(must)
    }

    fn candidate(&self, score: f32, at: DocAddress) -> Candidate {
        let card = self.cards[at.segment_ord as usize].first(at.doc_id).unwrap_or_default() as usize;
        Candidate { card, score, at, body: 0 }
    }

    /// Marks which of the grams (at most 64) stand in which candidate's body, without reading the bodies.
    pub fn look_into_bodies(
        &self,
        candidates: &mut [Candidate],
        grams: &[(String, f32)],
    ) -> Result<(), Fault> {
        candidates.sort_by_key(|candidate| candidate.at);
        for in_segment in candidates.chunk_by_mut(|a, b| a.at.segment_ord == b.at.segment_ord) {
            let reader = self.searcher.segment_reader(in_segment[0].at.segment_ord);
            let bodies = reader.inverted_index(self.fields.body)?;
            for (bit, (gram, _)) in grams.iter().enumerate().take(64) {
                let term = Term::from_field_text(self.fields.body, gram);
                let postings = bodies.read_postings(&term, IndexRecordOption::Basic)?;
                let Some(mut postings) = postings else { continue };
                for candidate in in_segment.iter_mut() {
                    if postings.doc() < candidate.at.doc_id {
                        postings.seek(candidate.at.doc_id);
                    }
                    candidate.body |= u64::from(postings.doc() == candidate.at.doc_id) << bit;
                }
            }
        }
        Ok(())
    }

    /// The body as it was handed in.
    pub fn body(&self, at: DocAddress) -> Result<String, Fault> {
        let document: TantivyDocument = self.searcher.doc(at)?;
        let body = document.get_first(self.fields.body).and_then(|value| value.as_str());
        Ok(body.unwrap_or_default().to_owned())
    }
}

fn term(field: Field, text: &str, read: IndexRecordOption) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), read))
}

fn schema() -> (Schema, Fields) {
    let grams =
        TextFieldIndexing::default().set_tokenizer(GRAMS).set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(grams);
    let mut schema = Schema::builder();
    let fields = Fields {
        card: schema.add_u64_field("card", FAST),
        kind: schema.add_text_field("kind", STRING),
        bureau: schema.add_text_field("bureau", STRING),
        title: schema.add_text_field("title", text.clone()),
        keywords: schema.add_text_field("keywords", text.clone()),
        body: schema.add_text_field("body", text | STORED),
    };
    (schema.build(), fields)
}

fn entry(fields: Fields, card: usize, document: &Document) -> TantivyDocument {
    let mut entry = TantivyDocument::default();
    entry.add_u64(fields.card, card as u64);
    entry.add_text(fields.kind, document.kind.code());
    entry.add_text(fields.bureau, document.bureau.as_deref().unwrap_or(EVERYBODY));
    entry.add_text(fields.title, &document.title);
    for keyword in &document.keywords {
        entry.add_text(fields.keywords, keyword);
    }
    let end = document.body.char_indices().nth(LONGEST_BODY).map_or(document.body.len(), |(at, _)| at);
    entry.add_text(fields.body, &document.body[..end]);
    entry
}

/// Cuts a text into the grams of [`crate::fold`].
#[derive(Clone)]
struct GramTokenizer;

struct GramStream {
    grams: std::vec::IntoIter<String>,
    token: Token,
}

impl Tokenizer for GramTokenizer {
    type TokenStream<'a> = GramStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> GramStream {
        GramStream { grams: all_grams(&fold(text)).into_iter(), token: Token::default() }
    }
}

impl TokenStream for GramStream {
    fn advance(&mut self) -> bool {
        let Some(gram) = self.grams.next() else { return false };
        self.token.text = gram;
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
