namespace SocketIoSharp;

/// <summary>What was published while this server was not subscribed.</summary>
internal sealed partial class RedisAdapter
{
    private void OnStateChanged(ClassicRecoveryLog log, bool isUp)
    {
        if (isUp)
        {
            _ = CatchUpAsync(log, log.Outages);
            return;
        }

        DeliverNothingWhile(() =>
        {
            log.IsCatchingUp = true;
            log.Outages++;
            FailOwn(log.Own, log.Unlogged);
        });
    }

    /// <summary>Delivers what was published while this server was not subscribed. When Redis goes away once more, the next return begins anew.</summary>
    private async Task CatchUpAsync(ClassicRecoveryLog log, int outage)
    {
        while (Bus.State.IsUp && !IsClosed)
        {
            try
            {
                if (await ReadPageAsync(log, outage))
                {
                    await log.Unlogged.MarkAsync();
                    return;
                }
            }
            catch (RedisUnavailableException)
            {
                // It may have been too busy for this one command.
                await Task.Delay(s_pauseAfterLoss, Context.Time);
            }
            catch (Exception exception)
            {
                Log.CatchUpFailed(Logger, exception, Name);
                log.Unlogged.Add();
                DeliverNothingWhile(() => log.IsCatchingUp &= log.Outages != outage);
                return;
            }
        }
    }

    /// <summary>Reads on in the log; true when nothing is missing any more.</summary>
    private async Task<bool> ReadPageAsync(ClassicRecoveryLog log, int outage)
    {
        // What has been passed over until now is in the log, or never will be.
        DeliverNothingWhile(() => log.PassedOver = StreamId.Start);
        var page = StreamEntry.ReadAll(await Bus.ExecuteAsync(
            "XRANGE", new RedisArgument[] { log.Stream, GetDelivered(log).ToString(), "+", "COUNT", PageSize }, CancellationToken.None));
        var isDone = false;
        DeliverNothingWhile(() =>
        {
            if (log.Outages != outage)
            {
                // Redis has gone once more: what this page shows is not all that was missed.
                isDone = true;
                return;
            }

            foreach (var entry in page)
            {
                if (entry.Id > log.Delivered)
                {
                    CatchUp(log, entry);
                }
            }

            // What was passed over since the page was asked for may not be on it.
            isDone = page.Count < PageSize && log.Delivered >= log.PassedOver;
            log.IsCatchingUp = !isDone;
        });
        log.Recovery.OnAdvanced();
        return isDone;
    }

    private void CatchUp(ClassicRecoveryLog log, StreamEntry entry)
    {
        log.Newest = entry.Id;
        if (ReadHead(entry) is { } head && TryDecodeLogged(head, entry.Id, out var message))
        {
            DeliverLogged(log, message, head.Span, entry.Id);
        }
        else
        {
            log.Delivered = entry.Id;
        }
    }
}
