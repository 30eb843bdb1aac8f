"""Models: settings, fit, a frozen fitted object that predicts. They know neither metrics nor charts."""
