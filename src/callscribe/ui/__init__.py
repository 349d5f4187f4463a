"""The web page, made with Streamlit; it knows the service only through `callscribe.client`."""
