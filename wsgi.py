"""What a WSGI server loads. `grievance serve` does the same for whoever installed the package."""

from grievance.app import create_app_from_env

app = create_app_from_env()
