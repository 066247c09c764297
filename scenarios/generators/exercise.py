def solve(log):
    requests = [line.split() for line in log]
    answered = [request for request in requests if request[2] == "200"]
    sizes = [int(request[3]) for request in answered]
    return sum(sizes)
