"""What people on the network see: a code, the form, thanks. An application of its own, in a process of its own.

It knows the file of one round and nothing else: no study, no results, no other page of ours can be reached from it.
"""
