"""How text is cut into words to be found by: one function, for what is stored and what is asked."""

from django.db import migrations

# Lower case, letters without their accents, at most 40 of them; each word once.
CREATE = r"""
CREATE FUNCTION portal_words(VARIADIC parts text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(word, 40)), '{}')
      FROM regexp_split_to_table(
               regexp_replace(
                   lower(normalize(array_to_string(parts, ' '), NFKD)), '[\u0300-\u036f]', '', 'g'),
               '[^[:alnum:]]+') AS word
     WHERE word <> ''
$$
"""


class Migration(migrations.Migration):
    """Create `portal_words()`."""

    dependencies = [("common", "0001_database_clock")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION portal_words(text[])")]
