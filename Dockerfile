# JupyterLab with the Swift kernel and the workbook.
FROM swift:6.3-bookworm

RUN apt-get update \
  && apt-get install -y --no-install-recommends make python3 python3-venv \
  && rm -rf /var/lib/apt/lists/*

# An account without privileges, which owns the folder that `make` writes into: WORKDIR alone would
# make it root's.
RUN useradd --create-home --uid 1000 reader \
  && install --directory --owner=reader --group=reader /home/reader/ansatz
WORKDIR /home/reader/ansatz
COPY --chown=reader:reader . .
RUN make packages
USER reader
RUN make kernel

ENV PATH="/home/reader/ansatz/.venv/bin:${PATH}"
EXPOSE 8888
CMD ["jupyter", "lab", "--no-browser", "--ip=0.0.0.0", "--port=8888", "--notebook-dir=notebooks"]
