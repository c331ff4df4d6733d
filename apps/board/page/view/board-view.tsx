import type { JSX } from 'preact'
import type { ChartQueue } from '../chart/chart-queue.ts'
import type { Board } from '../model/board.ts'
import type { Theme } from '../theme.ts'
import { DetailPanel } from './detail-panel.tsx'
import { EventList } from './event-list.tsx'
import { HealthStrip } from './health-strip.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { Ladder } from './ladder.tsx'
import { OwnFrame } from './own-frame.tsx'
import { PricePanel } from './price-panel.tsx'
import { Timeline } from './timeline.tsx'
import { TokenDialog } from './token-dialog.tsx'
import { TopBar } from './top-bar.tsx'

/** What the user has set that is not the board's. */
export interface Interface {
  readonly theme: Theme
  /** Rises when colours have changed. */
  readonly paletteVersion: number
  readonly isHelpOpen: boolean
  readonly charts: ChartQueue
  /** What is said aloud. */
  readonly announcement: string
  nextTheme(): void
  toggleHelp(): void
}

/** Everything a view needs; the same objects each time, their content changes. */
export interface ViewProps {
  readonly board: Board
  readonly ui: Interface
}

/** The whole page. */
export function BoardView({ board, ui }: ViewProps): JSX.Element {
  const { connection } = board
  return (
    <div class={board.isReplay ? 'board is-replay' : 'board'} data-snap-ts={board.snap?.signals.ts}>
      <TopBar board={board} ui={ui} />
      <HealthStrip facts={board.health()} />
      <main class="main">
        <PricePanel board={board} ui={ui} />
        <Ladder board={board} />
        {board.isReplay && <Timeline board={board} ui={ui} />}
        <OwnFrame name="detail" queue={ui.charts}>
          <DetailPanel board={board} ui={ui} />
        </OwnFrame>
        <EventList board={board} ui={ui} />
      </main>
      <div class="spoken" role="status" aria-live="polite">
        {ui.announcement}
      </div>
      {ui.isHelpOpen && <HelpDialog isReplay={board.isReplay} onClose={() => ui.toggleHelp()} />}
      {connection.kind === 'token-needed' && (
        <TokenDialog
          isRefused={connection.isRefused}
          onToken={(token) => {
            board.useToken(token)
          }}
        />
      )}
    </div>
  )
}
