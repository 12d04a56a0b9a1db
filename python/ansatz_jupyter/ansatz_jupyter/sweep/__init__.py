"""Pages run over many seeds and parameters, on Dask."""
