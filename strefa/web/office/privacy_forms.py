"""What staff are asked about personal data: a reason."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField

from strefa.infra.i18n import _l


class ReasonForm(FlaskForm):
    """Why something is not done, in words that the person concerned will read."""

    reason = TextAreaField(_l("Powód"), render_kw={"rows": 2})
