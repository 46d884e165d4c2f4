"""The custom tab: a photo and any paintings, painted before the visitor's eyes, who may stop, change and go on."""
