print("formant")
