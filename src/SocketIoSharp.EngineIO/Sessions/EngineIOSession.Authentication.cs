namespace SocketIoSharp.EngineIO;

/// <summary>The end of a session together with its user's authentication.</summary>
internal sealed partial class EngineIOSession
{
    private AuthenticationDeadline? _authenticationDeadline;

    /// <summary>Sets or moves the moment at which the session closes because its user's authentication expires; null takes it away.</summary>
    public void SetAuthenticationExpiration(DateTimeOffset? expires)
    {
        lock (Gate)
        {
            if (_state == SessionState.Closed)
            {
                return;
            }

            if (expires is not { } moment)
            {
                CancelAuthenticationDeadlineLocked();
                return;
            }

            _authenticationDeadline ??= new AuthenticationDeadline(this);
            _authenticationDeadline.ScheduleLocked(moment);
        }
    }

    private void CancelAuthenticationDeadlineLocked()
    {
        if (_authenticationDeadline is { } deadline)
        {
            _authenticationDeadline = null;
            _server.Clock.Cancel(deadline);
        }
    }

    private void OnAuthenticationExpiredLocked()
    {
        Log.AuthenticationExpired(_server.Logger, Id);
        Close();
    }

    private sealed class AuthenticationDeadline(EngineIOSession session) : ClockEntry
    {
        // Tickets may be valid for months, longer than a timer runs, and the clock of the wall may be moved meanwhile.
        private static readonly TimeSpan s_longestStep = TimeSpan.FromHours(1);

        // The clock's own error.
        private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(50);

        private DateTimeOffset _expires;

        public void ScheduleLocked(DateTimeOffset expires)
        {
            _expires = expires;
            ScheduleStepLocked(Left);
        }

        protected internal override void OnDue()
        {
            lock (session.Gate)
            {
                if (IsScheduled || session._authenticationDeadline != this)
                {
                    // Moved or taken away just now.
                    return;
                }

                var left = Left;
                if (left > s_tolerance)
                {
                    ScheduleStepLocked(left);
                }
                else
                {
                    session.OnAuthenticationExpiredLocked();
                }
            }
        }

        private TimeSpan Left => _expires - session._server.Clock.Time.GetUtcNow();

        private void ScheduleStepLocked(TimeSpan left)
        {
            var step = left < TimeSpan.Zero ? TimeSpan.Zero : left > s_longestStep ? s_longestStep : left;
            session._server.Clock.Schedule(this, step, session._server.ShortestInterval);
        }
    }
}
