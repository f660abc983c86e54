"""People's work: the Django project, its pages and its apps."""
