from . import segment_preview
