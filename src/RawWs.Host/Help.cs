using System.Text;
using RawWs.Host.Settings;

namespace RawWs.Host;

/// <summary>What <c>--help</c> says.</summary>
internal static class Help
{
    public static string Text
    {
        get
        {
            StringBuilder text = new("""
                rawws: a WebSocket server.

                rawws [serve] [--settings FILE] [--KEY=VALUE ...]
                rawws --help | --version

                Settings come from settings.json (the one that --settings names, else that of the current folder,
                else the one beside the program), then from the environment (RAWWS_Server__Transport=sockets,
                RAWWS_Server__Listen__0=ws://127.0.0.1:9001), then from the command line
                (--Server:Listen:0=ws://127.0.0.1:9001); later wins, and a list replaces the whole list. Entries with a
                number N (0, 1, ...) of keys of their own are one over all sources: a password can come from the
                environment for a certificate of the file (RAWWS_Server__Tls__Certificates__0__Password).

                Keys, and what is allowed:

                """);
            foreach (Setting setting in SettingsTable.All)
                text.Append($"  {setting.Key}{(setting.IsList ? ":0, :1, ..." : "")}\n      {setting.Allowed}\n");
            return text.Append("""

                Exit codes: 0 stopped by a signal, 1 could not start, 2 settings are not allowed.
                """).ToString();
        }
    }
}
